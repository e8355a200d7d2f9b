import { readFileSync } from 'node:fs';
import { Router } from 'express';
import helmet from 'helmet';

const fileOf = (name: string): string => readFileSync(new URL(`./pages/${name}`, import.meta.url), 'utf8');

/** The files of the pages, served under their own names. No renewal's id is such a name. */
const FILES = [
  'pages.css',
  'page-kit.js',
  'renewal-form.js',
  'renewal-view.js',
  'renewal-words.js',
  'renewal.js',
  'renewals.js',
] as const;

/**
 * The pages load their own files and call this API, nothing else. Data cannot become script, and no other page can
 * frame them.
 */
const POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
    requireTrustedTypesFor: ["'script'"],
  },
};

/**
 * The pages of account managers: the list of open renewals, and the page of one renewal, where the links of the mails
 * lead. They are the same for everybody and hold no data, so they need no key: each page asks for a key and reads
 * with it.
 */
export function renewalPageRoutes(): Router {
  const router = Router();
  router.use('/renewals', helmet.contentSecurityPolicy(POLICY), helmet.referrerPolicy({ policy: 'no-referrer' }));
  for (const name of FILES) serve(router, `/renewals/${name}`, name);
  serve(router, '/renewals', 'renewals.html');
  serve(router, '/renewals/:id', 'renewal.html');
  return router;
}

function serve(router: Router, path: string, name: string): void {
  const text = fileOf(name);
  const type = name.split('.').at(-1) ?? 'html';
  router.get(path, (_request, response) => {
    response.type(type).send(text);
  });
}
