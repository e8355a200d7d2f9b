import type { RequestHandler } from 'express';
import { problem } from './problem.ts';

/** Every caller has an answer within fifteen seconds; one of them is for the way. */
const ANSWER_WITHIN_MS = 14_000;

/**
 * Answers `unavailable` when nothing else did in time, counted from the end of the body: a body that comes too slowly is
 * refused by the server itself. What was asked goes on by itself: its key makes asking again safe.
 */
export const answerInTime: RequestHandler = (request, response, next) => {
  const late = () => {
    if (response.headersSent) return;
    if (request.complete) next(problem('unavailable', 'It took too long. Ask again with the same key.'));
    else request.once('end', start);
  };
  let timer: NodeJS.Timeout | undefined;
  const start = () => {
    timer = setTimeout(late, ANSWER_WITHIN_MS);
  };
  start();
  response.once('close', () => clearTimeout(timer));
  next();
};
