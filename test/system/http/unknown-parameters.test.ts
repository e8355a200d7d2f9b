import { expect, inject, test } from 'vitest';
import { ask, type ProblemView } from '../../support/api-client.ts';

/** A query parameter that a route does not know is refused by every route: a misspelled one would change nothing unseen. */

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
}

async function routes() {
  const { paths } = (await (await fetch(`${inject('apiUrl')}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Operation>>;
  };
  return Object.entries(paths)
    .filter(([path]) => path.startsWith('/v1/'))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { parameters = [] }]) => ({
        method: method.toUpperCase(),
        path: path.replaceAll(/\{\w+\}/g, 'no-such-record'),
        takesQuery: parameters.some((parameter) => parameter.in === 'query'),
      })),
    );
}

test('every route that reads, and every other one that takes no parameters, names the one it does not know', async () => {
  const asked = (await routes()).filter(({ method, takesQuery }) => method === 'GET' || !takesQuery);
  expect(asked.length).toBeGreaterThan(40);
  const answers = await Promise.all(
    asked.map(async ({ method, path }) => {
      const body = method === 'GET' || method === 'DELETE' ? undefined : {};
      const { status, body: told } = await ask<ProblemView>(method, `${path}?expnad=all`, body);
      return { route: `${method} ${path}`, status, detail: told.detail };
    }),
  );
  const detail = 'expnad: is not known here: check its spelling or leave it out';
  expect(answers.filter((answer) => answer.status !== 400 || answer.detail !== detail)).toEqual([]);
});

test('so does a route that writes and takes a reason', async () => {
  const { status, body } = await ask<ProblemView>('PUT', '/v1/products/unknown-parameters?raeson=typo', { name: 'P' });
  expect([status, body.detail]).toEqual([400, 'raeson: is not known here: check its spelling or leave it out']);
  expect((await ask('GET', '/v1/products/unknown-parameters')).status).toBe(404);
});

test('a question mark alone is no parameter', async () => {
  expect((await ask('GET', '/v1/settings?')).status).toBe(200);
});
