import type { RequestHandler } from 'express';
import { problem } from '../../gateway/problem.ts';

/** Every caller has an answer within fifteen seconds; one of them is for the way. */
const ANSWER_WITHIN_MS = 14_000;

/**
 * Answers `unavailable` when nothing else did in time. What was asked goes on by itself: its key makes asking again safe.
 */
export const answerInTime: RequestHandler = (_request, response, next) => {
  const timer = setTimeout(() => {
    if (!response.headersSent) next(problem('unavailable', 'It took too long. Ask again with the same key.'));
  }, ANSWER_WITHIN_MS);
  response.once('close', () => clearTimeout(timer));
  next();
};
