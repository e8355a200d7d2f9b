import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Router } from 'express';
import helmet from 'helmet';

/** The files that the page loads. */
const FILES = ['swagger-ui.css', 'swagger-ui-bundle.js'] as const;
/** The files are served from the package, so that the page works without the internet. */
const PAGE_FILES = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Allot API</title><link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><div id="ui"></div><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body>
</html>`;
const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#ui', persistAuthorization: false });`;

/**
 * The contract, and a page to read it and try it out. They hold no data and need no key; calling a route from the page
 * does.
 */
export function docsRoutes(document: object): Router {
  const router = Router();
  // When the page is loaded over plain HTTP, its files are too.
  router.use('/docs', helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } }));
  router.get('/openapi.json', (_request, response) => {
    response.json(document);
  });
  router.get('/docs', (_request, response) => {
    response.type('html').send(PAGE);
  });
  router.get('/docs/start.js', (_request, response) => {
    response.type('js').send(START);
  });
  for (const file of FILES) {
    router.get(`/docs/${file}`, (_request, response) => {
      response.sendFile(file, { root: PAGE_FILES });
    });
  }
  return router;
}
