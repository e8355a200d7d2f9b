import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inject, test } from 'vitest';
import { projectDir } from '../../runtime/project-dir.ts';
import { aCustomer, aDraft, ask } from '../support/api-client.ts';
import { unique } from '../support/unique.ts';
import { Attacks, forEachAtOnce, routes } from './attack-routes.ts';

/** Texts that mean something to a database, a shell, a page or a file system, in every place that takes a text. */

const SQL = ["' OR '1'='1", "'; select pg_sleep(5); --", "x' union select hash::text from api_keys --", '\\'];
const OTHERS = ['../../../etc/passwd', '<script>alert(1)</script>', '%0d%0aX-Evil: 1'];
const SLOW_MS = 4_500;
const ERROR_OF_DATABASE = /syntax error|unterminated|pg_|relation "|column "|postgres/i;

test('no text in a query reaches the database as SQL', async () => {
  const attacks = new Attacks('SQL and more, in each query parameter');
  const lists = (await routes()).filter(({ method }) => method === 'GET');
  const tries = lists.flatMap(({ path, queryTexts }) =>
    queryTexts.flatMap((name) =>
      [...SQL, ...OTHERS].map((text) => ({ path: path.replace('{id}', 'none'), name, text })),
    ),
  );
  await forEachAtOnce(tries, async ({ path, name, text }) => {
    const begun = performance.now();
    const response = await fetch(`${inject('apiUrl')}${path}?${new URLSearchParams({ [name]: text })}`, {
      headers: { authorization: `Bearer ${inject('apiKey')}` },
    });
    const answer = await response.text();
    const isOpen =
      response.status >= 500 ||
      ERROR_OF_DATABASE.test(answer.replaceAll(text, '')) ||
      performance.now() - begun > SLOW_MS ||
      response.headers.has('x-evil');
    attacks.tried(isOpen && `${path}?${name}=${text}: ${response.status} ${answer.slice(0, 200)}`);
  });
  attacks.check(900);
});

test('no id in a path reaches the database or the file system', async () => {
  const attacks = new Attacks('SQL and paths, in each id');
  const all = (await routes()).filter(({ path }) => path.includes('{id}'));
  const tries = all.flatMap((route) => [...SQL, ...OTHERS].map((text) => ({ ...route, text })));
  await forEachAtOnce(tries, async ({ method, path, hasBody, text }) => {
    const url = path.replace('{id}', encodeURIComponent(text));
    const { status } = await ask(method, url, hasBody ? {} : undefined);
    attacks.tried(status !== 400 && `${method} ${url}: ${status}`);
  });
  attacks.check(280);
});

test('texts in a body are kept as they are, and change nothing else', async () => {
  const attacks = new Attacks('SQL and more, in texts of bodies');
  const customerId = await aCustomer();
  for (const text of [...SQL, ...OTHERS]) {
    const id = unique('product');
    await ask('PUT', `/v1/products/${id}`, { name: text, family: text });
    const product = (await ask('GET', `/v1/products/${id}`)).body;
    attacks.tried((product.name !== text || product.family !== text) && `product ${text}`);
    const draft = await aDraft(customerId, { name: text, description: text, owner: text, tier: text.slice(0, 40) });
    attacks.tried((draft.name !== text || draft.description !== text) && `entitlement ${text}`);
  }
  const { status } = await ask('GET', '/v1/me');
  attacks.tried(status !== 200 && 'the keys are gone');
  attacks.check(15);
});

/** Names that every object has, and fields that only the product itself sets. */
const NOT_THEIRS = [
  ...['__proto__', 'constructor', 'createdAt', 'version', 'remainingTerm'],
  ...['by', 'hash', 'permissions', 'seq', 'isDefault'],
];

test('no body may set what the product itself sets, or touch the prototype of objects', async () => {
  const attacks = new Attacks('mass assignment and prototype pollution');
  const all = (await routes()).filter(({ hasBody }) => hasBody);
  const tries = all.flatMap((route) => NOT_THEIRS.map((name) => ({ ...route, name })));
  await forEachAtOnce(tries, async ({ method, path, name }) => {
    const body = `{"${name}":{"role":"system_administrator","isAdmin":true,"status":500}}`;
    const { status } = await ask(method, path.replace('{id}', 'none'), body);
    // 404: the record of the path is looked for first.
    attacks.tried(![400, 404].includes(status) && `${method} ${path} ${name}: ${status}`);
  });
  const queries = (await routes()).filter(({ method, path }) => method === 'GET' && !path.includes('{id}'));
  await forEachAtOnce(queries, async ({ path }) => {
    for (const query of ['__proto__[role]=x', 'constructor[prototype][x]=1', '__proto__=1']) {
      const { status } = await ask('GET', `${path}?${query}`);
      attacks.tried(status >= 500 && `${path}?${query}: ${status}`);
    }
  });
  const me = (await ask('GET', '/v1/me')).body;
  attacks.tried(me.name !== 'tests' && JSON.stringify(me));
  attacks.check(400);
});

test('a cursor that was changed opens nothing and breaks nothing', async () => {
  const attacks = new Attacks('changed cursors');
  const encode = (text: string) => Buffer.from(text).toString('base64url');
  const cursors = [
    ...['AAAA', '....', '0', encode("' or 1=1 --"), encode('["a"]'), encode('["a","b"]'), encode('["a","b","c"]')],
    ...[encode('[null]'), encode('[1,2]'), encode('{}'), encode('["9999-99-99","x"]'), encode('["Infinity","x"]')],
    ...[encode('["1e400","x"]'), encode('["","x"]'), encode('[["a"]]'), encode('a\u0000b'), 'x'.repeat(401)],
    ...[encode('["-1","x"]'), encode('["2026-01-01T00:00:00.000Z","x"]'), encode('["NaN","x"]'), encode('\uffff')],
  ];
  const lists = (await routes()).filter(({ hasCursor }) => hasCursor);
  await forEachAtOnce(
    lists.flatMap(({ path }) => cursors.map((cursor) => ({ path: path.replace('{id}', 'none'), cursor }))),
    async ({ path, cursor }) => {
      const { status } = await ask('GET', `${path}?${new URLSearchParams({ cursor })}`);
      attacks.tried(![200, 400, 404].includes(status) && `${path} ${cursor}: ${status}`);
    },
  );
  attacks.check(400);
});

const PATHS = [
  ...['/..%2f..%2fpackage.json', '/assets/..%2f..%2f..%2fpackage.json', '/assets/%2e%2e/%2e%2e/package.json'],
  ...['/assets/..\\..\\package.json', '/assets/..%5c..%5cpackage.json', '/assets/%252e%252e/%252e%252e/package.json'],
  ...['/assets/....//....//package.json', '/%2e%2e/package.json', '//etc/passwd', '/assets//etc/passwd'],
  ...['/assets/%00/../package.json', '/assets/../../../db/schema.sql', '/.allot/dev-key', '/../.allot/dev-key'],
  ...['/docs/../package.json', '/docs/..%2fpackage.json', '/docs/%2e%2e%2fpackage.json', '/docs/package.json'],
  ...['/assets/..%c0%af..%c0%afpackage.json', '/assets/..;/package.json', '/.env', '/.git/config', '/dist/bin/api.js'],
];

test('no path leads out of the files of the console', async () => {
  const attacks = new Attacks('paths out of the console');
  const own = (await readFile(join(projectDir, 'package.json'), 'utf8')).slice(0, 40);
  for (const path of PATHS)
    for (const accept of ['text/html', '*/*']) {
      const text = await raw(path, accept);
      const isOpen = text.includes(own) || /root:|create table|\[core\]|allot_[\w-]{20}/i.test(text);
      attacks.tried(isOpen && `${path}: ${text.slice(0, 300)}`);
    }
  attacks.check(40);
});

/** The whole answer to a path that is sent as it stands: `fetch` would tidy it. */
async function raw(path: string, accept: string): Promise<string> {
  const { request } = await import('node:http');
  const { hostname, port } = new URL(inject('apiUrl'));
  return await new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path, headers: { accept } }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve(text));
    });
    asked.on('error', reject).end();
  });
}

test('no route takes an idempotency key that is not valid, also where it never reads it', async () => {
  const attacks = new Attacks('idempotency keys that are not valid');
  const takesKey = (await routes()).filter(({ hasKey }) => hasKey);
  const keys = ['lost:1', 'moved:x', 'spill:y', 'with blank', 'x'.repeat(256), 'ü'];
  await forEachAtOnce(
    takesKey.flatMap((route) => keys.map((key) => ({ ...route, key }))),
    async ({ method, path, hasBody, key }) => {
      const url = path.replace('{id}', 'none');
      const { status } = await ask(method, url, hasBody ? {} : undefined, { key });
      attacks.tried(status !== 400 && `${method} ${url} with the key ${key}: ${status}`);
    },
  );
  attacks.check(100);
});
