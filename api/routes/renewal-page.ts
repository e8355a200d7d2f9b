import { readFileSync } from 'node:fs';
import { Router } from 'express';
import helmet from 'helmet';

const fileOf = (name: string): string => readFileSync(new URL(`../pages/${name}`, import.meta.url), 'utf8');

/** Nothing but the page's own files and this API; nothing that it reads can become script, and no other page frames it. */
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
 * The page on which an account manager decides, where the links of the mails lead. It is the same for every id and holds no
 * data, so it needs no key: the page asks for one and reads the renewal with it.
 */
export function renewalPageRoutes(): Router {
  const page = fileOf('renewal.html');
  const script = fileOf('renewal.js');
  const style = fileOf('renewal.css');
  const router = Router();
  router.use('/renewals', helmet.contentSecurityPolicy(POLICY), helmet.referrerPolicy({ policy: 'no-referrer' }));
  router.get('/renewals/page.js', (_request, response) => {
    response.type('js').send(script);
  });
  router.get('/renewals/page.css', (_request, response) => {
    response.type('css').send(style);
  });
  router.get('/renewals/:id', (_request, response) => {
    response.type('html').send(page);
  });
  return router;
}
