import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type RequestHandler, Router } from 'express';
import sirv from 'sirv';
import { problem } from '../http/problem.ts';

const FOREVER = 'public, max-age=31536000, immutable';
const AN_HOUR = 'public, max-age=3600';
const ENCODINGS = ['br', 'gzip'];
const ASSETS = '/assets';

/**
 * The files of the built console. Names under /assets/ hold a hash of the content, so browsers keep them for ever. The
 * files are looked up for each request, so that a build beside a running API shows at once.
 */
export function consoleFiles(dir: string): Router {
  const router = Router();
  const assets = filesOf(join(dir, ASSETS), FOREVER);
  router.get(`${ASSETS}/*name`, (request, response, next) => {
    request.url = request.url.slice(ASSETS.length);
    assets(request, response, next);
  });
  router.get('/icon.svg', filesOf(dir, AN_HOUR));
  return router;
}

/** The files of one folder, in the encodings that the caller takes. Everything outside the folder is not found. */
function filesOf(dir: string, caching: string): RequestHandler {
  const files = sirv(dir, {
    dev: true,
    extensions: [],
    brotli: true,
    gzip: true,
    setHeaders: (response) => response.setHeader('Cache-Control', caching),
  });
  return (request, response, next) => {
    // Of the caller's encodings only those count that it wants. Parts of a file are not offered.
    request.headers['accept-encoding'] = ENCODINGS.filter((name) => request.acceptsEncodings(name)).join(', ');
    delete request.headers.range;
    response.set('Cross-Origin-Resource-Policy', 'same-origin');
    // A build can delete the file between the look-up and the reading; the connection then ends, and nothing else.
    response.once('pipe', (file: Readable) => file.once('error', () => response.destroy()));
    files(request, response, () => {
      response.set('Cache-Control', 'no-store');
      next(problem('not_found', 'There is no such file. The console may have been replaced: load its page again.'));
    });
  };
}
