import createFetchClient, { type Middleware } from 'openapi-fetch';
import createClient from 'openapi-react-query';
import type { components, paths } from '../../client/schema.d.ts';
import { NoAnswer, type Problem, Refused } from './api-problem.ts';
import { presentSession, signOut } from './session.ts';

/** The shapes of the API by name: `Shapes['Entitlement']`. */
export type Shapes = components['schemas'];

const UNAUTHENTICATED = 401;

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'code' in value && 'detail' in value;

async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  if (isProblem(body)) return body;
  return {
    type: 'about:blank',
    title: response.statusText,
    status: response.status,
    code: 'unavailable',
    detail: `Allot answered ${response.status} without a reason. Try again in a moment.`,
    instance: response.url,
  };
}

/** Signs each call, and turns refusals and lost answers into errors that pages can tell apart. */
const signing: Middleware = {
  onRequest({ request }) {
    const session = presentSession();
    if (session !== null) request.headers.set('authorization', `Bearer ${session.secret}`);
    return request;
  },
  async onResponse({ request, response }) {
    if (response.ok) return undefined;
    // The key was revoked or the token ran out. A call of an earlier session does not end the present one.
    const secret = presentSession()?.secret;
    const sent = request.headers.get('authorization');
    if (response.status === UNAUTHENTICATED && secret !== undefined && sent === `Bearer ${secret}`) signOut();
    throw new Refused(await problemOf(response));
  },
  onError: ({ error }) => (error instanceof DOMException && error.name === 'AbortError' ? error : new NoAnswer()),
};

/** Calls the API with the session of this tab. Throws `Refused` or `NoAnswer`. */
export const api = createFetchClient<paths>({ baseUrl: window.location.origin });
api.use(signing);

/** The same for React: `$api.useQuery('get', '/v1/entitlements/{id}', { params })`, `$api.useMutation(…)`. */
export const $api = createClient(api);
