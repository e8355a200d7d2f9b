import { findDatabaseUrl } from '../../dev/running-database.ts';
import { HOST, readStartSettings } from '../../dev/settings.ts';

/** A failure whose message is the whole story. */
export class CannotReconcile extends Error {}

/** The database of the environment, else that of a running `npm start`. */
export async function databaseUrlFrom(env: NodeJS.ProcessEnv): Promise<string> {
  const url = await findDatabaseUrl(env);
  if (url === undefined)
    throw new CannotReconcile('There is no database: `npm start` is not running here, and DATABASE_URL is not set.');
  return url;
}

/** Where `npm start` runs Temporal, when it was told another port; undefined: Temporal's own settings say where. */
export function startedTemporalAddress(env: NodeJS.ProcessEnv): string | undefined {
  if (env.TEMPORAL_ADDRESS || !env.ALLOT_TEMPORAL_PORT) return undefined;
  return `${HOST}:${readStartSettings([], env).ports.temporal}`;
}
