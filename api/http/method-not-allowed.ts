import type { Express, RequestHandler } from 'express';
import { Problem } from './problem.ts';

/** What the router stores for each route; its published types leave out `match`. */
interface Layer {
  readonly route?: { readonly methods: Readonly<Record<string, boolean>> };
  readonly handle: { readonly stack?: readonly Layer[] };
  match(path: string): boolean;
}

/** Refuses a method that the path does not have with 405 and the methods that it has. It must come after all routes. */
export const methodNotAllowed =
  (app: Express): RequestHandler =>
  (request, response, next) => {
    const methods = methodsAt(request.path, app.router as unknown as { stack: readonly Layer[] });
    if (methods.size === 0) {
      next();
      return;
    }
    const allow = [...methods].sort().join(', ');
    response.set('Allow', allow);
    if (request.method === 'OPTIONS') {
      response.status(204).end();
      return;
    }
    const detail = `This path does not have the method ${request.method}. Use one of: ${allow}.`;
    throw new Problem({ code: 'validation_failed', detail }, { status: 405 });
  };

/** The methods of all routes of a path, as in the header `Allow`. */
function methodsAt(path: string, { stack }: { readonly stack: readonly Layer[] }): Set<string> {
  const methods = new Set<string>();
  for (const layer of stack) {
    const { route } = layer;
    const { stack: nested } = layer.handle;
    if (route !== undefined && layer.match(path))
      for (const method of Object.keys(route.methods)) methods.add(method.toUpperCase());
    if (route === undefined && nested !== undefined)
      for (const method of methodsAt(path, { stack: nested })) methods.add(method);
  }
  if (methods.has('GET')) methods.add('HEAD');
  return methods;
}
