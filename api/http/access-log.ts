import type { Request } from 'express';
import { Counter, type Registry } from 'prom-client';
import type { Logger } from '../../runtime/logger.ts';
import { keyPrefixOf } from './credential.ts';
import { nameOf } from './identity.ts';
import type { Problem } from './problem.ts';

/** Told of each refusal of a request. */
export type AccessLog = (request: Request, refused: Problem) => void;

/** Logs and counts who was not let in. The log holds no secret: of a key it has the prefix. */
export function createAccessLog(log: Logger, registry: Registry): AccessLog {
  const refusals = new Counter({
    name: 'allot_access_refused_total',
    help: 'Requests that were refused for want of a key, of a permission, or because there were too many',
    labelNames: ['code'],
    registers: [registry],
  });
  return (request, { refusal: { code, detail } }) => {
    if (code !== 'unauthenticated' && code !== 'forbidden' && code !== 'rate_limited') return;
    refusals.inc({ code });
    // What is refused because there were too many is logged once a window, by the limit.
    if (code === 'rate_limited') return;
    const { method, path, ip: address } = request;
    log.info({ code, detail, method, path, address, keyPrefix: keyPrefixOf(request), by: nameOf(request) }, 'refused');
  };
}
