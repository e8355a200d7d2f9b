import { join } from 'node:path';
import { Command } from 'commander';
import { projectDir } from '../runtime/project-dir.ts';

export interface StartSettings {
  demo: boolean;
  reset: boolean;
  /** Whether the database gets a new password because the kept one was lost. */
  newPassword: boolean;
  ports: { api: number; temporal: number; temporalUi: number; postgres: number; codec: number };
  /** Set when an existing server is used; none is started then. */
  databaseUrl: string | undefined;
  temporalAddress: string | undefined;
  /** Set when e-mails are really sent; otherwise they are kept in a folder. */
  smtpUrl: string | undefined;
  namespace: string;
}

/** The folder of everything that `npm start` keeps between runs. */
export const dataDir = join(projectDir, '.allot');

export const HOST = '127.0.0.1';

function portFrom(env: NodeJS.ProcessEnv, name: string, otherwise: number): number {
  const text = env[name];
  if (text === undefined || text === '') return otherwise;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error(`${name} is "${text}"; it must be a port from 1 to 65535`);
  return port;
}

/** Reads the command line and the environment; ends the process with a usage line when an option is unknown. */
export function readStartSettings(args: string[], env: NodeJS.ProcessEnv = process.env): StartSettings {
  const command = new Command('npm start --')
    .description('Starts Temporal, PostgreSQL, a worker and the API, and keeps them running until Ctrl-C.')
    .option(
      '--demo',
      'once everything runs, fill the console, play the bundled incident log and one year of an entitlement',
    )
    .option('--reset', 'drop all data of earlier runs first')
    .option('--new-password', 'give the database a new password when its file was lost; keeps all data')
    .parse(args, { from: 'user' });
  const {
    demo = false,
    reset = false,
    newPassword = false,
  } = command.opts<{ demo?: boolean; reset?: boolean; newPassword?: boolean }>();
  return {
    demo,
    reset,
    newPassword,
    ports: {
      api: portFrom(env, 'PORT', 8080),
      temporal: portFrom(env, 'ALLOT_TEMPORAL_PORT', 7233),
      temporalUi: portFrom(env, 'ALLOT_TEMPORAL_UI_PORT', 8233),
      postgres: portFrom(env, 'ALLOT_POSTGRES_PORT', 54329),
      codec: portFrom(env, 'ALLOT_CODEC_PORT', 8281),
    },
    databaseUrl: env.DATABASE_URL || undefined,
    temporalAddress: env.TEMPORAL_ADDRESS || undefined,
    smtpUrl: env.SMTP_URL || undefined,
    namespace: env.TEMPORAL_NAMESPACE || 'default',
  };
}
