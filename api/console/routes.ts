import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { distDir, projectDir } from '../../runtime/project-dir.ts';
import { consoleFiles } from './files.ts';
import { consolePolicy } from './policy.ts';
import type { ConsoleSettings } from './settings.ts';

const CONSOLE_DIR = join(distDir, 'console');
/** The build leaves this text where the nonce of an answer goes. */
const NONCE_PLACE = '__CSP_NONCE__';
const NONCE_BYTES = 18;

/** What the paths of the console's pages begin with. */
export const CONSOLE_PAGES = [
  'administration',
  'cases',
  'customers',
  'entitlements',
  'panel',
  'products',
  'renewals',
  'reports',
  'sign-in',
] as const;

/** Paths that are no pages of the console, whoever asks. */
const RESERVED = /^\/(v1|docs|openapi\.json|healthz|readyz|metrics|assets|console\.json)(\/|$)/i;
const PAGE = new RegExp(`^/(${CONSOLE_PAGES.join('|')})?(/|$)`);
const PANEL = /^\/panel\/?$/;

const NOT_BUILT = 'The console is not built: run `npm run build`, then load this page again.\n';

/**
 * The console: one page for all its paths, which draws what the path names, and its files. They are the same for
 * everybody and hold no data, so they need no key: the console asks the person to sign in, and reads with that key or
 * token. It must come after all other routes.
 */
export function consoleRoutes(settings: ConsoleSettings, dir: string = CONSOLE_DIR): Router {
  const router = Router();
  const { signIn, panelAncestors } = settings;
  const start = { version: versionOf(projectDir), signIn, panelAncestors };
  router.get('/console.json', (_request, response) => {
    response.set('Cache-Control', 'no-store').json(start);
  });
  router.use(consoleFiles(dir));
  router.use(consolePages(settings, dir));
  return router;
}

function consolePages(settings: ConsoleSettings, dir: string): RequestHandler {
  const file = join(dir, 'index.html');
  return async (request, response, next) => {
    if (!asksForPage(request)) return next();
    const page = await readFile(file, 'utf8').catch(() => undefined);
    if (page === undefined) response.status(404).type('text').send(NOT_BUILT);
    else sendPage(page, settings, request, response);
  };
}

/**
 * A browser, which names HTML in `Accept`, gets the page for every path that is not the API's, and the console says
 * which pages there are. A program that takes any type gets it only for the pages that are known here: of a mistyped
 * path, a refusal tells it more.
 */
function asksForPage(request: Request): boolean {
  const { method, path } = request;
  if (!['GET', 'HEAD'].includes(method) || RESERVED.test(path) || !request.accepts('html')) return false;
  return PAGE.test(path) || /\btext\/html\b/i.test(request.get('accept') ?? '');
}

function sendPage(page: string, settings: ConsoleSettings, request: Request, response: Response): void {
  const { issuerOrigins, panelAncestors } = settings;
  const nonce = randomBytes(NONCE_BYTES).toString('base64');
  const ancestors = PANEL.test(request.path) ? panelAncestors : [];
  response.set({
    'Cache-Control': 'no-store',
    'Content-Security-Policy': consolePolicy({ nonce, issuerOrigins, ancestors }),
    'Referrer-Policy': 'no-referrer',
    Vary: 'Accept',
  });
  // For browsers that do not know `frame-ancestors`.
  if (ancestors.length === 0) response.set('X-Frame-Options', 'DENY');
  response.type('html').send(page.replaceAll(NONCE_PLACE, nonce));
}

function versionOf(dir: string): string {
  const read: unknown = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
  return typeof read === 'object' && read !== null && 'version' in read ? String(read.version) : '';
}
