import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import express from 'express';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { CONSOLE_PAGES, consoleRoutes } from '../../../api/console/routes.ts';
import { readConsoleSettings } from '../../../api/console/settings.ts';
import { portOf } from '../../../dev/listening.ts';
import { type NodeProcess, startProcess } from '../../../dev/node-process.ts';
import { distDir, projectDir } from '../../../runtime/project-dir.ts';

/** How the API serves the console: an API of its own with an issuer and with hosts of the panel. */

const HOSTS = 'https://desk.example.com, http://127.0.0.1:9999';
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';

let api: NodeProcess;
beforeAll(async () => {
  api = await startProcess('api', {
    DATABASE_URL: inject('databaseUrl'),
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    JWT_ISSUER: 'https://login.example.com/desk',
    JWT_AUDIENCE: 'allot-tests',
    ALLOT_CONSOLE_CLIENT_ID: 'allot-console',
    ALLOT_CONSOLE_ISSUER_ORIGINS: 'https://tokens.example.com',
    ALLOT_PANEL_ANCESTORS: HOSTS,
  });
});
afterAll(() => api?.stop());

interface Served {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends the path as it is: `fetch` would resolve its dots. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Served> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: api.port, path, method, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
      );
    });
    sent.once('error', reject);
    sent.end();
  });
}

const browse = (path: string): Promise<Served> => get(path, { accept: BROWSER });

/** The directives of the answer's policy by name. */
function policyOf({ headers }: Served): Record<string, string> {
  const directives = String(headers['content-security-policy']).split('; ');
  return Object.fromEntries(directives.map((directive) => [directive.split(' ')[0] ?? '', directive]));
}

const nonceOf = (served: Served): string => /'nonce-([^']+)'/.exec(policyOf(served)['style-src'] ?? '')?.[1] ?? '';
const isPage = ({ status, body }: Served): boolean => status === 200 && body.includes('<div id="root">');
const codeOf = ({ headers, body }: Served): unknown =>
  headers['content-type']?.includes('application/problem+json') === true ? JSON.parse(body.toString()).code : undefined;

/** The console's pages, and one that the link of a mail names. */
const PATHS = [
  '/',
  ...CONSOLE_PAGES.map((page) => `/${page}`),
  '/renewals/ren_ent_1_1?decide=accept',
  '/customers/a%20b?x=1',
];

describe.each(PATHS)('%s', (path) => {
  test('is the page, for a browser and for a program that takes any type', async () => {
    for (const headers of [{ accept: BROWSER }, { accept: '*/*' }, {}])
      expect([headers, isPage(await get(path, headers))]).toEqual([headers, true]);
  });

  test('is refused to whoever wants no HTML, and to other methods', async () => {
    expect(codeOf(await get(path, { accept: 'application/json' }))).toBe('not_found');
    expect(codeOf(await get(path, { accept: 'text/html;q=0' }))).toBe('not_found');
    for (const method of ['POST', 'PUT', 'DELETE'])
      expect([method, (await get(path, { accept: BROWSER }, method)).status]).toEqual([method, 404]);
  });

  test('allows its own files, this API and the issuer, no inline script and nothing else', async () => {
    const served = await browse(path);
    const nonce = nonceOf(served);
    expect(policyOf(served)).toEqual({
      'default-src': "default-src 'none'",
      'script-src': "script-src 'self'",
      'style-src': `style-src 'self' 'nonce-${nonce}'`,
      'img-src': "img-src 'self' data:",
      'font-src': "font-src 'self'",
      'connect-src': "connect-src 'self' https://login.example.com https://tokens.example.com",
      'object-src': "object-src 'none'",
      'base-uri': "base-uri 'none'",
      'form-action': "form-action 'none'",
      'frame-ancestors':
        path === '/panel' ? 'frame-ancestors https://desk.example.com http://127.0.0.1:9999' : "frame-ancestors 'none'",
      'require-trusted-types-for': "require-trusted-types-for 'script'",
      'trusted-types': 'trusted-types default',
    });
    expect(served.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect(served.headers['x-frame-options']).toBe(path === '/panel' ? undefined : 'DENY');
  });
});

test('each answer has a nonce of its own, in its policy and in its page', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => browse('/')));
  const nonces = answers.map(nonceOf);
  expect(new Set(nonces).size).toBe(20);
  for (const [index, { body }] of answers.entries()) {
    const page = body.toString();
    expect(page).toContain(`nonce="${nonces[index]}"`);
    expect(page).not.toContain('__CSP_NONCE__');
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)|\sstyle=|\son\w+=/);
  }
  expect(Buffer.from(nonces[0] ?? '', 'base64').length).toBeGreaterThanOrEqual(16);
});

test('only the panel itself may be framed, however its path is written', async () => {
  const ancestorsOf = async (path: string) => policyOf(await browse(path))['frame-ancestors'];
  for (const path of ['/panel?customer=a', '/panel/']) expect(await ancestorsOf(path)).toContain('desk.example.com');
  for (const path of ['/PANEL', '/panel/x', '/panel/..%2fcases', '/panel/../cases', '//panel', '/cases?x=/panel'])
    expect([path, await ancestorsOf(path)]).toEqual([path, "frame-ancestors 'none'"]);
});

test('an API without hosts of the panel lets nobody frame it', async () => {
  const answer = await fetch(`${inject('apiUrl')}/panel`, { headers: { accept: BROWSER } });
  expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(answer.headers.get('content-security-policy')).toContain("connect-src 'self';");
});

test('an unknown path is the page for a browser, which says what pages there are, and a refusal for a program', async () => {
  expect(isPage(await browse('/no/such/page'))).toBe(true);
  for (const accept of ['*/*', 'application/json', 'image/png'])
    expect([accept, codeOf(await get('/no/such/page', { accept }))]).toEqual([accept, 'not_found']);
});

test.each([
  '/v1',
  '/v1/nothing',
  '/V1/nothing',
  '/docs/nothing',
  '/metrics/x',
  '/assets',
  '/assets/',
  '/console.json/x',
])('%s is never the page, also for a browser', async (path) => {
  const served = await browse(path);
  expect([served.status, codeOf(served)]).toEqual([
    path.toLowerCase().startsWith('/v1') ? 401 : 404,
    expect.any(String),
  ]);
});

test.each([
  ['nothing', '', true],
  ['HTML with a low weight', 'text/html;q=0.1', true],
  ['nothing at all', '*/*;q=0', false],
  ['only separators', ',,,;;;', false],
  ['HTML with a broken weight', 'text/html;q=nonsense', false],
  ['any text', 'text/*', true],
  ['markup', '<script>', false],
  ['HTML a thousand times', 'text/html\t,'.repeat(1_000), true],
  ['three thousand parameters', `${'a/b;'.repeat(3_000)}q=1`, false],
])('a caller that accepts %s gets the page or a refusal', async (_what, accept, page) => {
  const served = await get('/cases', { accept });
  expect([isPage(served), codeOf(served)]).toEqual(page ? [true, undefined] : [false, 'not_found']);
});

test('HEAD answers as GET does, without the body', async () => {
  const assets = await readdir(join(distDir, 'console', 'assets'));
  for (const path of ['/', '/panel', `/assets/${assets[0]}`]) {
    const [head, got] = await Promise.all([get(path, { accept: BROWSER }, 'HEAD'), browse(path)]);
    expect([head.status, head.body.length]).toEqual([200, 0]);
    expect(head.headers['content-length']).toBe(String(got.body.length));
    expect(head.headers['content-type']).toBe(got.headers['content-type']);
  }
});

describe('the files of the page', () => {
  const namedFiles = async (): Promise<string[]> => {
    const page = (await browse('/')).body.toString();
    return [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, file]) => file ?? '');
  };

  test('are there, compressed as the caller wants them, and kept for ever when their name holds a hash', async () => {
    const files = await namedFiles();
    expect(files.filter((file) => /^\/assets\/.+\.(js|css)$/.test(file)).length).toBeGreaterThanOrEqual(2);
    for (const file of files) {
      const plain = await get(file, { 'accept-encoding': 'identity' });
      expect([file, plain.status, plain.headers['content-encoding']]).toEqual([file, 200, undefined]);
      expect(plain.body.equals(await readFile(join(distDir, 'console', file)))).toBe(true);
      expect(plain.headers['cache-control']).toBe(
        file.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'public, max-age=3600',
      );
      expect(plain.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
        vary: 'Accept-Encoding',
      });
      if (plain.body.length < 1_000) continue;
      const br = await get(file, { 'accept-encoding': 'gzip, deflate, br' });
      const gzip = await get(file, { 'accept-encoding': 'gzip, br;q=0' });
      expect([br.headers['content-encoding'], gzip.headers['content-encoding']]).toEqual(['br', 'gzip']);
      expect(br.headers['content-type']).toBe(plain.headers['content-type']);
      expect(br.body.length).toBeLessThan(plain.body.length / 2);
      expect(brotliDecompressSync(br.body).equals(plain.body)).toBe(true);
      expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);
    }
  });

  test('a missing one is not found, and no cache keeps that', async () => {
    const served = await browse('/assets/index-00000000.js');
    expect([served.status, codeOf(served), served.headers['cache-control']]).toEqual([404, 'not_found', 'no-store']);
  });

  test('a part of one is not offered, and no range brings an error', async () => {
    const [file = ''] = await namedFiles();
    const whole = await get(file);
    for (const range of ['bytes=0-10', 'bytes=5-2', 'bytes=-5', 'bytes=999999999-', 'bytes=x']) {
      const { status, body } = await get(file, { range });
      expect([range, status, body.equals(whole.body)]).toEqual([range, 200, true]);
    }
  });

  test('they are read, never written', async () => {
    const [file = ''] = await namedFiles();
    expect([(await get(file, {}, 'POST')).status, (await get(file, {}, 'DELETE')).status]).toEqual([405, 405]);
  });

  test.each([
    '/assets/../index.html',
    '/assets/../../package.json',
    '/assets/..%2f..%2fpackage.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/assets/..\\..\\package.json',
    '/assets/%5c..%5c..%5cpackage.json',
    '/assets//etc/passwd',
    '/assets/%00',
    '/assets/%',
    '/assets/__proto__',
    '/assets/constructor',
    '/assets/.',
    '/assets/./../index.html',
    '/assets/../assets/../.console-stamp',
    '/ASSETS/../index.html',
    '/../package.json',
    '/..%2f.console-stamp',
  ])('%s leads to no file', async (path) => {
    for (const accept of [BROWSER, '*/*']) {
      const served = await get(path, { accept });
      expect([400, 404]).toContain(isPage(served) ? 404 : served.status);
      expect(served.body.toString()).not.toMatch(/"dependencies"|root:|NONCE/);
    }
  });
});

test('/console.json says without a key how people sign in, which version runs, and who may speak to the panel', async () => {
  const { version } = JSON.parse(await readFile(join(projectDir, 'package.json'), 'utf8'));
  const served = await get('/console.json');
  expect([served.status, served.headers['cache-control']]).toEqual([200, 'no-store']);
  expect(JSON.parse(served.body.toString())).toEqual({
    version,
    signIn: {
      issuer: 'https://login.example.com/desk',
      clientId: 'allot-console',
      scope: 'openid profile email',
      audience: 'allot-tests',
    },
    panelAncestors: ['https://desk.example.com', 'http://127.0.0.1:9999'],
  });
  const plain = await fetch(`${inject('apiUrl')}/console.json`);
  expect(await plain.json()).toEqual({ version, signIn: null, panelAncestors: [] });
});

test('an API beside which no console was built says in one line how to build it, and serves the rest', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'allot-console-'));
  const app = express().use(consoleRoutes(readConsoleSettings(null, {}), empty));
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${portOf(server)}`;
  const answer = await fetch(url);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'text/plain; charset=utf-8']);
  expect((await answer.text()).trimEnd().split('\n')).toEqual([expect.stringContaining('`npm run build`')]);
  expect((await fetch(`${url}/console.json`)).status).toBe(200);
  server.closeAllConnections();
  server.close();
  await rm(empty, { recursive: true });
});

test('a build beside a running API shows at once, and a file that cannot be read ends only its connection', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'allot-console-'));
  await mkdir(join(dir, 'assets'));
  const app = express().use(consoleRoutes(readConsoleSettings(null, {}), dir));
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${portOf(server)}`;
  await writeFile(join(dir, 'index.html'), '<div id="root">new</div>');
  await writeFile(join(dir, 'assets', 'page-1.js'), 'export {};');
  expect(await (await fetch(url)).text()).toContain('new');
  expect(await (await fetch(`${url}/assets/page-1.js`)).text()).toBe('export {};');
  // A socket is found like a file, and opening it fails: as for a file that is deleted between the two.
  const socket = createServer().listen(join(dir, 'assets', 'page-2.js'));
  await new Promise((resolve) => socket.once('listening', resolve));
  await expect(fetch(`${url}/assets/page-2.js`).then((answer) => answer.text())).rejects.toThrow();
  expect((await fetch(`${url}/assets/page-1.js`)).status).toBe(200);
  socket.close();
  server.closeAllConnections();
  server.close();
  await rm(dir, { recursive: true });
});
