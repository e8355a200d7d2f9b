import type { RequestHandler } from 'express';
import { noteDeadline } from '../../runtime/telemetry/deadlines.ts';
import { problem } from './problem.ts';

/** Every caller gets an answer within fifteen seconds; one of them is left for the network. */
const ANSWER_WITHIN_MS = 14_000;

/**
 * Answers `unavailable` when a request takes too long, counted from the end of its body; the server itself refuses a
 * body that comes too slowly. The work goes on in the background, and the caller can safely repeat the request with the
 * same key.
 */
export const answerInTime: RequestHandler = (request, response, next) => {
  const late = () => {
    if (response.headersSent) return;
    if (request.complete) {
      noteDeadline('answer');
      next(problem('unavailable', 'The request took too long. Send it again with the same key.'));
    } else request.once('end', start);
  };
  let timer: NodeJS.Timeout | undefined;
  const start = () => {
    timer = setTimeout(late, ANSWER_WITHIN_MS);
  };
  start();
  response.once('close', () => clearTimeout(timer));
  next();
};
