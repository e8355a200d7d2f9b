/** The settings of worker and API, from environment variables; see docs/operations.md. */
export interface Settings {
  readonly databaseUrl: string;
  readonly taskQueue: string;
  readonly host: string;
  readonly port: number;
  /** The address at which people reach the API, for the links in e-mails. Without a slash at the end. */
  readonly publicUrl: string;
  /** The address of the Temporal UI, for links in the console. Without a slash at the end; null: there is none. */
  readonly temporalUiUrl: string | null;
}

const DEFAULT_PORT = 8080;

/** Throws when `DATABASE_URL` is missing, `PORT` is not a port, or `ALLOT_TEMPORAL_UI_URL` is not an address. Temporal's own library reads Temporal's settings. */
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
    temporalUiUrl: temporalUiUrl(env.ALLOT_TEMPORAL_UI_URL),
  };
}

/** Only http addresses: the console makes links of it. */
function temporalUiUrl(given: string | undefined): string | null {
  if (given === undefined || given === '') return null;
  if (!/^https?:\/\//.test(given) || !URL.canParse(given))
    throw new Error(`ALLOT_TEMPORAL_UI_URL is ${given}: it must be an address such as http://127.0.0.1:8233.`);
  return given.replace(/\/+$/, '');
}
