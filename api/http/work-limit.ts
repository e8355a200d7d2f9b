import type { RequestHandler } from 'express';
import { problem } from './problem.ts';

/** This much work waits only when a part that it needs is away. */
const MAX_UNDER_WAY = 1_000;

type Handler = (...args: Parameters<RequestHandler>) => unknown;

/**
 * Bounds the work under way in this process, including work whose callers have already been answered. Beyond the limit
 * a caller gets 503 at once, so that memory does not grow while a part is away.
 */
export class WorkLimit {
  readonly #max: number;
  #underWay = 0;

  constructor(max = MAX_UNDER_WAY) {
    this.#max = max;
  }

  /** The same handler, counted until its work is done. Refuses `unavailable` beyond the limit. */
  counted(handle: Handler): RequestHandler {
    return async (request, response, next) => {
      if (this.#underWay >= this.#max)
        throw problem('unavailable', 'Too many requests are under way. Send the request again with the same key.');
      this.#underWay += 1;
      try {
        await handle(request, response, next);
      } finally {
        this.#underWay -= 1;
      }
    };
  }
}
