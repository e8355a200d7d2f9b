import { existsSync, readdirSync } from 'node:fs';
import { type RequestHandler, Router } from 'express';
import sirv from 'sirv';
import { problem } from './problem.ts';

const YEAR_SECONDS = 31_536_000;
const HOUR_SECONDS = 3_600;
const ENCODINGS = ['br', 'gzip'];

/**
 * The files of the built console, each by its own name. Names under /assets/ hold a hash of the content, so they are
 * kept for ever; the few others, such as the icon, for an hour.
 */
export function consoleFiles(dir: string): Router {
  const router = Router();
  router.get('/assets/*name', filesOf(dir, { maxAge: YEAR_SECONDS, immutable: true }));
  const others = existsSync(dir) ? readdirSync(dir, { withFileTypes: true }) : [];
  for (const { name } of others.filter((entry) => entry.isFile() && isServed(entry.name)))
    router.get(`/${name}`, filesOf(dir, { maxAge: HOUR_SECONDS }));
  return router;
}

/** The page has an answer of its own, and the compressed copies are sent under the name of their original. */
const isServed = (name: string): boolean => /^[\w-]+\.\w+$/.test(name) && name !== 'index.html';

function filesOf(dir: string, caching: { readonly maxAge: number; readonly immutable?: boolean }): RequestHandler {
  const files = sirv(dir, { ...caching, extensions: [], brotli: true, gzip: true });
  return (request, response, next) => {
    // Of the caller's encodings only those count that it wants. Parts of a file are not offered.
    request.headers['accept-encoding'] = ENCODINGS.filter((name) => request.acceptsEncodings(name)).join(', ');
    delete request.headers.range;
    response.set('Cross-Origin-Resource-Policy', 'same-origin');
    files(request, response, () => {
      response.set('Cache-Control', 'no-store');
      next(problem('not_found', 'There is no such file. The console may have been replaced: load its page again.'));
    });
  };
}
