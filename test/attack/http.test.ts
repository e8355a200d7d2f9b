import { connect } from 'node:net';
import { inject, test } from 'vitest';
import { Attacks } from './attack-routes.ts';

/** Requests that two readers of HTTP could take for different ones. A proxy in front of the API must never be misled. */

const QUIET_MS = 700;

/** What the API answers to these bytes until it is silent for a moment or ends the connection. */
async function exchange(bytes: string): Promise<{ answers: string; ended: boolean }> {
  const { hostname, port } = new URL(inject('apiUrl'));
  const socket = connect({ host: hostname, port: Number(port) });
  let answers = '';
  let ended = true;
  await new Promise<void>((resolve) => {
    const silent = () => {
      ended = false;
      socket.destroy();
    };
    let timer = setTimeout(silent, 10 * QUIET_MS);
    socket.on('data', (chunk) => {
      answers += chunk.toString();
      clearTimeout(timer);
      timer = setTimeout(silent, QUIET_MS);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.write(bytes, 'latin1');
  });
  return { answers, ended };
}

const SMUGGLED = 'GET /v1/me HTTP/1.1\r\nHost: smuggled\r\n\r\n';
const post = (headers: string, body: string) =>
  `POST /v1/cases/match HTTP/1.1\r\nHost: allot\r\nAuthorization: Bearer ${inject('apiKey')}\r\n` +
  `Content-Type: application/json\r\n${headers}\r\n\r\n${body}`;

/** Each says in two ways how long its body is, or in one way that not every reader takes. */
const AMBIGUOUS: readonly (readonly [string, (smuggled: string) => string])[] = [
  ['both lengths', (more) => post('Content-Length: 5\r\nTransfer-Encoding: chunked', `0\r\n\r\n${more}`)],
  ['both lengths, turned', (more) => post('Transfer-Encoding: chunked\r\nContent-Length: 5', `0\r\n\r\n${more}`)],
  ['two lengths', (more) => post(`Content-Length: 2\r\nContent-Length: ${2 + more.length}`, `{}${more}`)],
  ['a list of lengths', (more) => post('Content-Length: 2, 2', `{}${more}`)],
  ['a negative length', (more) => post('Content-Length: -1', more)],
  ['a length with a sign', (more) => post('Content-Length: +2', `{}${more}`)],
  ['a hexadecimal length', (more) => post('Content-Length: 0x2', `{}${more}`)],
  ['a blank before the colon', (more) => post('Content-Length : 2', `{}${more}`)],
  ['an unknown encoding', (more) => post('Transfer-Encoding: xchunked', `0\r\n\r\n${more}`)],
  ['chunked that is not last', (more) => post('Transfer-Encoding: chunked, identity', `0\r\n\r\n${more}`)],
  ['chunked twice', (more) => post('Transfer-Encoding: chunked\r\nTransfer-Encoding: identity', `0\r\n\r\n${more}`)],
  ['a vertical tab in the encoding', (more) => post('Transfer-Encoding:\x0bchunked', `0\r\n\r\n${more}`)],
  ['a chunk size that overflows', (more) => post('Transfer-Encoding: chunked', `fffffffffffffffff\r\n${more}`)],
  ['a chunk size with a sign', (more) => post('Transfer-Encoding: chunked', `-1\r\n${more}`)],
  ['a chunk size with 0x', (more) => post('Transfer-Encoding: chunked', `0x0\r\n\r\n${more}`)],
  ['a chunk without its end', (more) => post('Transfer-Encoding: chunked', `2\r\n{}${more}`)],
  [
    'a folded header',
    (more) => post('Content-Length: 2\r\n X-Folded: 1\r\nTransfer-Encoding:\r\n chunked', `{}${more}`),
  ],
  ['lines that end with LF alone', (more) => `GET /healthz HTTP/1.1\nHost: allot\n\n${more}`],
  ['a header that ends with CR alone', (more) => post('X-A: b\rContent-Length: 2', `{}${more}`)],
  ['a NUL in a header', (more) => post('X-A: b\0c\r\nContent-Length: 2', `{}${more}`)],
  ['two hosts', (more) => `GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: x\r\n\r\n${more}`],
  ['no host', (more) => `GET /healthz HTTP/1.1\r\n\r\n${more}`],
  [
    'an old version with an encoding',
    (more) => `POST /v1/me HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${more}`,
  ],
  ['an unknown version', (more) => `GET /healthz HTTP/3.0\r\nHost: allot\r\n\r\n${more}`],
];

test('a request that is ambiguous ends its connection, and what follows it is not answered', async () => {
  const attacks = new Attacks('ambiguous requests (smuggling)');
  await Promise.all(
    AMBIGUOUS.map(async ([name, bytes]) => {
      const { answers, ended } = await exchange(bytes(SMUGGLED));
      const statuses = [...answers.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
      const isRefused = statuses.length === 1 && (statuses[0] ?? 0) >= 400 && (statuses[0] ?? 0) < 500 && ended;
      attacks.tried(!isRefused && `${name}: ${statuses} ended ${ended}`);
    }),
  );
  attacks.check(AMBIGUOUS.length);
});

test('a header of the answer holds nothing that the caller could break it with', async () => {
  const attacks = new Attacks('headers of the answer');
  const evil = ['%0d%0aX-Evil:%201', '%0aX-Evil:1', '%0dX-Evil:1', '%E5%98%8D%E5%98%8AX-Evil:1', '%00X-Evil:1'];
  const targets = ['/v1/customers/', '/v1/customers?q=', '/', '/docs/', '/v1/cases?cursor=', '/console.json?'];
  await Promise.all(
    targets.flatMap((target) =>
      evil.map(async (text) => {
        const response = await fetch(`${inject('apiUrl')}${target}${text}`, {
          redirect: 'manual',
          headers: { authorization: `Bearer ${inject('apiKey')}` },
        });
        await response.arrayBuffer();
        const isOpen = response.headers.has('x-evil') || response.status >= 500 || response.headers.has('location');
        attacks.tried(isOpen && `${target}${text}: ${response.status}`);
      }),
    ),
  );
  for (const host of ['evil.example', 'evil.example:80', 'a b', '127.0.0.1@evil.example'])
    for (const path of ['/', '/v1/me', '/docs', '/console.json', '/openapi.json']) {
      const { answers } = await exchange(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      attacks.tried(answers.includes('evil.example') && `${path} repeats the host ${host}`);
    }
  attacks.check(50);
});

test('a path that names another host redirects nowhere', async () => {
  const attacks = new Attacks('open redirects');
  const paths = [
    ...[
      '//evil.example',
      '//evil.example/%2e%2e',
      '/\\evil.example',
      '/%2f%2fevil.example',
      '/sign-in?to=//evil.example',
    ],
    ...['/sign-in?to=https://evil.example', '/sign-in/callback?state=https://evil.example', '/assets//evil.example/..'],
    ...['/docs//evil.example', '/docs/', 'http://evil.example/'],
  ];
  for (const path of paths) {
    const { answers } = await exchange(
      `GET ${path} HTTP/1.1\r\nHost: allot\r\nAccept: text/html\r\nConnection: close\r\n\r\n`,
    );
    attacks.tried(/^location:/im.test(answers) && `${path}: ${answers.slice(0, 200)}`);
  }
  attacks.check(paths.length);
});
