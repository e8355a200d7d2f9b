import type { RequestHandler } from 'express';
import { Problem } from '../../gateway/problem.ts';
import { answerProblem } from '../problem-details.ts';

/** A thousand case events with long ids fit; anything larger is refused. */
export const MAX_BODY_BYTES = 1_048_576;

/** Refuses a body that says itself that it is too large, before anything of it is read. */
export const refuseLargeBody: RequestHandler = (request, _response, next) => {
  if (Number(request.get('Content-Length') ?? 0) > MAX_BODY_BYTES) throw bodyTooLarge();
  next();
};

/**
 * Refuses a body of unknown length as soon as it is too large: the parser of bodies would read it to its end first. It must
 * stand right before that parser, as it makes the body flow.
 */
export const countBody: RequestHandler = (request, response, next) => {
  if (request.get('Transfer-Encoding') !== undefined) {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES && !response.headersSent) answerProblem(request, response, bodyTooLarge());
    });
  }
  next();
};

const bodyTooLarge = () =>
  new Problem(
    { code: 'validation_failed', detail: `The body is too large: at most ${MAX_BODY_BYTES} bytes.` },
    { status: 413 },
  );
