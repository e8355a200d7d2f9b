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
  /** The name in headers and log. */
  readonly name: string;
  readonly limit: number;
  readonly keyOf: (request: Request) => string;
  readonly detail: string;
}

/**
 * Limits the requests with the same key to a number in each minute. Refuses `rate_limited`, and logs the first refusal
 * of the minute.
 */
function limiterOf({ name, limit, keyOf, detail }: Limit, log: Logger): RateLimitRequestHandler {
  const options: Partial<Options> = {
    windowMs: WINDOW_MS,
    limit,
    identifier: name,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // The library's checks look for mistakes in these options, and would do so at each request.
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

/** Limits the requests of each identified caller; a limit of 0 is no limit. */
export function limitRequests({ requestsPerMinute }: LimitSettings, log: Logger): readonly RequestHandler[] {
  if (requestsPerMinute === 0) return [];
  const limit: Limit = {
    name: 'requests',
    limit: requestsPerMinute,
    keyOf: (request) => identityOf(request).name,
    detail: `One caller may send at most ${requestsPerMinute} requests a minute. Wait as long as Retry-After says.`,
  };
  return [limiterOf(limit, log)];
}

/** Limits failed authentications, counted by address and by the prefix of the key. Successful ones do not count. */
export class FailedAuthentications {
  private readonly limits: readonly (Limit & { readonly limiter: RateLimitRequestHandler })[];

  constructor({ failuresPerAddressPerMinute, failuresPerKeyPrefixPerMinute }: LimitSettings, log: Logger) {
    const detail =
      'Too many authentications have failed. Wait as long as Retry-After says, then send a key that works.';
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

  /** Refuses `rate_limited` while the limit of failures is reached. */
  async assertFew(request: Request, response: Response): Promise<void> {
    for (const { limit, limiter, keyOf } of this.limitsFor(request)) {
      const counted = await limiter.getKey(keyOf(request));
      const isExceeded = counted !== undefined && counted.totalHits >= limit && Number(counted.resetTime) > Date.now();
      if (isExceeded) await passed(limiter, request, response);
    }
  }

  /** Counts one more failure. Refuses `rate_limited` if it exceeds the limit. */
  async count(request: Request, response: Response): Promise<void> {
    for (const { limiter } of this.limitsFor(request)) await passed(limiter, request, response);
  }

  /** Tokens all begin alike, and a request without a key has no prefix: both are counted by address alone. */
  private limitsFor(request: Request) {
    return isKeyLike(credentialOf(request)) ? this.limits : this.limits.filter(({ name }) => name.endsWith('address'));
  }
}

const passed = (limiter: RequestHandler, request: Request, response: Response): Promise<void> =>
  new Promise((resolve, reject) => {
    void limiter(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
  });

/**
 * Puts the texts that unidentified callers choose, addresses and prefixes, into 65,536 counters, so that memory is
 * bounded. The salt keeps callers from finding out who shares a counter with them.
 */
function createBuckets(): (text: string) => string {
  const salt = randomBytes(16);
  return (text) => String(createHash('sha256').update(salt).update(text).digest().readUInt16BE());
}
