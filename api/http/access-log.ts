import type { Request } from 'express';
import { Counter, type Registry } from 'prom-client';
import type { Logger } from '../../runtime/logger.ts';
import { keyPrefixOf } from './credential.ts';
import { nameOf } from './identity.ts';
import type { Problem } from './problem.ts';

/** Called with each request that is refused. */
export type AccessLog = (request: Request, refused: Problem) => void;

/** Logs and counts callers that were not let in. The log holds no secret, only the prefix of a key. */
export function createAccessLog(log: Logger, registry: Registry): AccessLog {
  const refusals = new Counter({
    name: 'allot_access_refused_total',
    help: 'Requests refused because a key or a permission was missing, or because there were too many',
    labelNames: ['code'],
    registers: [registry],
  });
  return (request, { refusal: { code, detail } }) => {
    if (code !== 'unauthenticated' && code !== 'forbidden' && code !== 'rate_limited') return;
    refusals.inc({ code });
    // The limit itself logs these, once in each window.
    if (code === 'rate_limited') return;
    const { method, path, ip: address } = request;
    log.info({ code, detail, method, path, address, keyPrefix: keyPrefixOf(request), by: nameOf(request) }, 'refused');
  };
}
