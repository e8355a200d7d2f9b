import { inject } from 'vitest';

const databaseUrl = new URL(inject('databaseUrl'));

/** Where the tests' PostgreSQL listens. */
export const databaseServer = { host: databaseUrl.hostname, port: Number(databaseUrl.port) };

/**
 * The URL of the tests' database through another port, such as a proxy's; `search` holds settings of the connection.
 */
export function databaseThrough(port: number, search = ''): string {
  const url = new URL(databaseUrl.href);
  url.port = String(port);
  url.search = search;
  return url.href;
}

/** What the driver says of a statement whose connection was lost, or could not be made. */
export const LOST_CONNECTION: ReadonlySet<string> = new Set([
  'CONNECT_FAILED',
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'ECONNRESET',
  'EPIPE',
]);
