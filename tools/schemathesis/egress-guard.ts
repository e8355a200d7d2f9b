// Loaded into API and worker before all else (`--import`): lets them open connections to this machine alone, and writes
// down each other one that was tried. Temporal's native client opens its connection by itself, to TEMPORAL_ADDRESS.
import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';
import { isLoopback } from './loopback.ts';

const log = process.env.ALLOT_OUTGOING_LOG;

function refused(host: string): Error {
  if (log !== undefined) appendFileSync(log, `${process.argv[1] ?? 'node'} ${host}\n`);
  return new Error(`${host} is not on this machine`);
}

type Connect = (this: Socket, ...args: unknown[]) => Socket;
const connect = Socket.prototype.connect as unknown as Connect;

/** The host of the arguments that `connect` takes: options, a port and a host, or a path; node:net nests them in a list. */
function hostIn(args: readonly unknown[]): string | undefined {
  const [first, second] = args;
  if (Array.isArray(first)) return hostIn(first);
  if (typeof first === 'object' && first !== null)
    return 'path' in first && first.path ? undefined : 'host' in first && first.host ? String(first.host) : undefined;
  return typeof second === 'string' ? second : undefined;
}

const guarded: Connect = function (...args) {
  const host = hostIn(args);
  if (host === undefined || isLoopback(host)) return connect.apply(this, args);
  this.destroy(refused(host));
  return this;
};
Socket.prototype.connect = guarded as unknown as typeof Socket.prototype.connect;

// A name that is asked for leaves this machine as well.
const { lookup } = dns;
dns.lookup = ((host: string, ...rest: unknown[]) => {
  if (isLoopback(host)) return (lookup as unknown as (...args: unknown[]) => void)(host, ...rest);
  const answer = rest.at(-1) as (error: Error) => void;
  answer(refused(host));
}) as unknown as typeof dns.lookup;
syncBuiltinESMExports();
