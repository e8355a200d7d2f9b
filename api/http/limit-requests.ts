import { createHash, randomBytes } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import {
  type AugmentedRequest,
  ipKeyGenerator,
  type Options,
  type RateLimitRequestHandler,
  rateLimit,
} from 'express-rate-limit';
import type { Logger } from '../../runtime/logger.ts';
import { credentialOf, isKeyLike, keyPrefixOf } from './credential.ts';
import { identityOf } from './identity.ts';
import type { LimitSettings } from './limit-settings.ts';
import { problem } from './problem.ts';

const WINDOW_MS = 60_000;

interface Limit {
  /** As headers and log name it. */
  readonly name: string;
  readonly limit: number;
  readonly keyOf: (request: Request) => string;
  readonly detail: string;
}

/** Limits by one kind of key in windows of a minute. Refuses `rate_limited`; the first refusal of a window is logged. */
function limiterOf({ name, limit, keyOf, detail }: Limit, log: Logger): RateLimitRequestHandler {
  const options: Partial<Options> = {
    windowMs: WINDOW_MS,
    limit,
    identifier: name,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // Its checks look for mistakes in options, and would look at each request for them.
    validate: false,
    keyGenerator: keyOf,
    handler: (request, _response, next) => {
      if ((request as AugmentedRequest).rateLimit?.used === limit + 1)
        log.warn(
          { limit: name, perMinute: limit, address: request.ip, keyPrefix: keyPrefixOf(request) },
          'rate limited',
        );
      next(problem('rate_limited', detail));
    },
  };
  return rateLimit(options);
}

/** Limits the requests of each caller that is known; nothing where the limit is 0. */
export function limitRequests({ requestsPerMinute }: LimitSettings, log: Logger): readonly RequestHandler[] {
  if (requestsPerMinute === 0) return [];
  const limit: Limit = {
    name: 'requests',
    limit: requestsPerMinute,
    keyOf: (request) => identityOf(request).name,
    detail: `At most ${requestsPerMinute} requests a minute are taken from one caller.`,
  };
  return [limiterOf(limit, log)];
}

/** Failed authentications, counted by address and by the prefix of the key. Only failures count. */
export class FailedAuthentications {
  private readonly limits: readonly (Limit & { readonly limiter: RateLimitRequestHandler })[];

  constructor({ failuresPerAddressPerMinute, failuresPerKeyPrefixPerMinute }: LimitSettings, log: Logger) {
    const detail = 'Too many authentications have failed. Wait before you try again.';
    const bucketOf = createBuckets();
    const limits: readonly Limit[] = [
      {
        name: 'failed-authentications-of-address',
        limit: failuresPerAddressPerMinute,
        keyOf: (request) => bucketOf(ipKeyGenerator(request.ip ?? '')),
        detail,
      },
      {
        name: 'failed-authentications-with-key',
        limit: failuresPerKeyPrefixPerMinute,
        keyOf: (request) => bucketOf(keyPrefixOf(request) ?? ''),
        detail,
      },
    ];
    this.limits = limits
      .filter(({ limit }) => limit > 0)
      .map((limit) => ({ ...limit, limiter: limiterOf(limit, log) }));
  }

  /** Refuses `rate_limited` while too many have failed. */
  async assertFew(request: Request, response: Response): Promise<void> {
    for (const { limit, limiter, keyOf } of this.limitsFor(request)) {
      const counted = await limiter.getKey(keyOf(request));
      const isOver = counted !== undefined && counted.totalHits >= limit && Number(counted.resetTime) > Date.now();
      if (isOver) await passed(limiter, request, response);
    }
  }

  /** Counts one more. Refuses `rate_limited` where it is one too many. */
  async count(request: Request, response: Response): Promise<void> {
    for (const { limiter } of this.limitsFor(request)) await passed(limiter, request, response);
  }

  /** All tokens begin alike, and who sends none has no prefix: those count by address alone. */
  private limitsFor(request: Request) {
    return isKeyLike(credentialOf(request)) ? this.limits : this.limits.filter(({ name }) => name.endsWith('address'));
  }
}

const passed = (limiter: RequestHandler, request: Request, response: Response): Promise<void> =>
  new Promise((resolve, reject) => {
    void limiter(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
  });

/**
 * Callers that are not known choose their addresses and prefixes, so these share 65,536 counters: memory is bounded. Nobody
 * outside can tell which share one.
 */
function createBuckets(): (text: string) => string {
  const salt = randomBytes(16);
  return (text) => String(createHash('sha256').update(salt).update(text).digest().readUInt16BE());
}
