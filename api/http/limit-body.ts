import express, { type Request, type RequestHandler } from 'express';
import { Problem } from './problem.ts';
import { answerProblem } from './problem-details.ts';

/** The route that takes lists of case events. */
export const LISTS = '/v1/case-events';

const MAX_BODY_BYTES = 1_048_576;
/** Enough for a thousand case events with ids, keys and texts of the maximum length. */
const MAX_LIST_BYTES = 6 * 1_048_576;

const maxBytesOf = ({ baseUrl, path }: Request): number =>
  `${baseUrl}${path}`.replace(/\/$/, '') === LISTS ? MAX_LIST_BYTES : MAX_BODY_BYTES;

const readSmall = express.json({ limit: MAX_BODY_BYTES });
const readLarge = express.json({ limit: MAX_LIST_BYTES });

/** Reads a JSON body. */
export const readBody: RequestHandler = (request, response, next) =>
  (maxBytesOf(request) === MAX_LIST_BYTES ? readLarge : readSmall)(request, response, next);

/** Refuses a body whose Content-Length is too large, before any of it is read. */
export const refuseLargeBody: RequestHandler = (request, _response, next) => {
  if (Number(request.get('Content-Length') ?? 0) > maxBytesOf(request)) throw bodyTooLarge(request);
  next();
};

/**
 * Refuses a body of unknown length as soon as it is too large; the body parser would first read it to its end. This
 * handler must come directly before that parser, because it makes the body flow.
 */
export const countBody: RequestHandler = (request, response, next) => {
  if (request.get('Transfer-Encoding') !== undefined) {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytesOf(request) && !response.headersSent) answerProblem(request, response, bodyTooLarge(request));
    });
  }
  next();
};

const bodyTooLarge = (request: Request) =>
  new Problem(
    { code: 'validation_failed', detail: `The body is too large. Send at most ${maxBytesOf(request)} bytes.` },
    { status: 413 },
  );
