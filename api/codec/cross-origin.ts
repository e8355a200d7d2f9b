import type { RequestHandler } from 'express';
import { problem } from '../http/problem.ts';

const PREFLIGHT_SECONDS = 600;

/**
 * Lets pages of these origins, and no others, ask from a browser and send their cookies. What has no origin is no
 * browser's page: it may go on, as it sends a key.
 */
export const crossOrigin =
  (origins: readonly string[]): RequestHandler =>
  (request, response, next) => {
    const { origin } = request.headers;
    response.vary('Origin');
    if (origin === undefined) return next();
    if (!origins.includes(origin))
      throw problem(
        'forbidden',
        `Pages of ${origin} may not ask here. ALLOT_TEMPORAL_UI_URL names the Temporal UI's address.`,
      );
    response.set({ 'Access-Control-Allow-Origin': origin, 'Access-Control-Allow-Credentials': 'true' });
    if (request.method !== 'OPTIONS') return next();
    response
      .set({
        'Access-Control-Allow-Methods': 'POST',
        'Access-Control-Allow-Headers': 'Authorization, Authorization-Extras, Content-Type, X-API-Key, X-Namespace',
        'Access-Control-Max-Age': String(PREFLIGHT_SECONDS),
        // Browsers ask a server on the loopback address whether a page may reach it.
        ...(request.get('Access-Control-Request-Private-Network') === 'true' && {
          'Access-Control-Allow-Private-Network': 'true',
        }),
      })
      .sendStatus(204);
  };
