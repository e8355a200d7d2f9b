import type { Middleware } from 'openapi-fetch';
import createClient from 'openapi-react-query';
import { createClient as createAllotClient } from '../../client/client.ts';
import { ApiRefusal } from '../../client/refusal.ts';
import type { components } from '../../client/schema.d.ts';
import { NoAnswer, type Problem, Refused } from './api-problem.ts';
import { endSession, presentSession } from './session.ts';
import { freshSession } from './token-renewal.ts';

/** The shapes of the API by name: `Shapes['Entitlement']`. */
export type Shapes = components['schemas'];

const UNAUTHENTICATED = 401;

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'code' in value && 'detail' in value;

function problemOf({ status, body, call }: ApiRefusal): Problem {
  if (isProblem(body)) return body;
  return {
    type: 'about:blank',
    title: '',
    status,
    code: 'unavailable',
    detail: `Allot answered ${status} without a reason. Try again in a moment.`,
    instance: call.path,
  };
}

/** Signs each call, and turns refusals and lost answers into errors that pages can tell apart. */
const signing: Middleware = {
  async onRequest({ request }) {
    const session = await freshSession();
    // The check of a new key brings its own.
    if (session !== null && !request.headers.has('authorization'))
      request.headers.set('authorization', `Bearer ${session.secret}`);
    return request;
  },
  onError({ request, error }) {
    if (error instanceof DOMException && error.name === 'AbortError') return error;
    if (!(error instanceof ApiRefusal)) return new NoAnswer();
    // The key was revoked or the token ran out. A call of an earlier session does not end the present one.
    const secret = presentSession()?.secret;
    const sent = request.headers.get('authorization');
    if (error.status === UNAUTHENTICATED && secret !== undefined && sent === `Bearer ${secret}`) endSession();
    return new Refused(problemOf(error));
  },
};

/** Waiting in silence would look like a page that hangs, so a call is made once; reads are tried again by queries. */
const allot = createAllotClient({ url: window.location.origin, getToken: () => null, patienceMs: 0 });

/** Calls the API with the session of this tab and reads JSON. Throws `Refused` or `NoAnswer`. */
export const api = allot.http;
api.use(signing);

/** The same for React: `$api.useQuery('get', '/v1/entitlements/{id}', { params })`, `$api.useMutation(…)`. */
export const $api = createClient(api);
