import type { RequestHandler } from 'express';
import { problem } from './problem.ts';

/** More work than this waits only when a part that it needs is away. */
const MAX_UNDER_WAY = 1_000;

type Handler = (...args: Parameters<RequestHandler>) => unknown;

/**
 * Bounds the work under way in this process, also that whose callers were answered long ago: beyond the limit a caller gets
 * 503 at once, and memory does not grow while a part is away.
 */
export class WorkLimit {
  readonly #max: number;
  #underWay = 0;

  constructor(max = MAX_UNDER_WAY) {
    this.#max = max;
  }

  /** The same handler, counted until what it does is done. */
  counted(handle: Handler): RequestHandler {
    return async (request, response, next) => {
      if (this.#underWay >= this.#max)
        throw problem('unavailable', 'Too many requests are under way. Ask again with the same key.');
      this.#underWay += 1;
      try {
        await handle(request, response, next);
      } finally {
        this.#underWay -= 1;
      }
    };
  }
}
