import type { Request } from 'express';
import type { RefusalCode } from '../../domain/refusals.ts';
import type { Logger } from '../../runtime/logger.ts';
import { keyPrefixOf } from './credential.ts';
import { accessRefusals } from './http-metrics.ts';
import { nameOf } from './identity.ts';
import type { Problem } from './problem.ts';

const LOGGED: readonly RefusalCode[] = ['unauthenticated', 'key_expired', 'forbidden', 'rate_limited'];

/** Called with each request that is refused. */
export type AccessLog = (request: Request, refused: Problem) => void;

/** Logs and counts callers that were not let in. The log holds no secret, only the prefix of a key; see `problemDetails` for `shownPath`. */
export function createAccessLog(log: Logger, shownPath = ({ path }: Request): string => path): AccessLog {
  return (request, { refusal: { code, detail } }) => {
    if (!LOGGED.includes(code)) return;
    accessRefusals.inc({ code });
    // The limit itself logs these, once in each window.
    if (code === 'rate_limited') return;
    const { method, ip: address } = request;
    const path = shownPath(request);
    log.info({ code, detail, method, path, address, keyPrefix: keyPrefixOf(request), by: nameOf(request) }, 'refused');
  };
}
