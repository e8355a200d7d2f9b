/** The settings of worker and API, from environment variables; see docs/operations.md. */
export interface Settings {
  readonly databaseUrl: string;
  readonly taskQueue: string;
  readonly host: string;
  readonly port: number;
  /** The address at which people reach the API, for the links in e-mails. Without a slash at the end. */
  readonly publicUrl: string;
}

const DEFAULT_PORT = 8080;

/** Throws when `DATABASE_URL` is missing or `PORT` is not a port. Temporal's own library reads Temporal's settings. */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const databaseUrl = env.DATABASE_URL;
  if (databaseUrl === undefined || databaseUrl === '')
    throw new Error(
      'DATABASE_URL is not set. `npm start` brings a database along; by hand: postgres://user:password@host:5432/allot',
    );
  const port = Number(env.PORT ?? DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`PORT is ${env.PORT}: it must be 0 to 65535.`);
  return {
    databaseUrl,
    taskQueue: env.ALLOT_TASK_QUEUE ?? 'allot',
    host: env.ALLOT_HOST ?? '127.0.0.1',
    port,
    publicUrl: (env.ALLOT_PUBLIC_URL ?? `http://127.0.0.1:${port}`).replace(/\/+$/, ''),
  };
}
