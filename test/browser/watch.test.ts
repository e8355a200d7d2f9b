import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listenOnLoopback } from '../../dev/listening.ts';
import { openTab } from '../support/browser.ts';
import { allowTrouble, Watch } from '../support/browser-watch.ts';

/** The watch over every page of these tests: each kind of trouble is found, shown by a page that makes it. */

const PAGES: Record<string, string> = {
  '/throws': '<script>throw new Error("thrown by the page")</script>',
  '/rejects': '<script>Promise.reject(new Error("rejected by the page"))</script>',
  '/logs': '<script>console.error("logged by the page")</script>',
  '/alerts': '<script>alert("asked by the page")</script>',
  '/elsewhere': '<img src="http://elsewhere.example/x.png">',
  '/inline':
    '<meta http-equiv="content-security-policy" content="script-src \'self\'"><script>document.title = 1</script>',
  '/absent-asset': '<link rel="stylesheet" href="/nothing.css">',
  '/failing': '<script>fetch("/broken")</script>',
};
const server = createServer((request, response) => {
  const page = PAGES[request.url ?? ''];
  const status = page === undefined ? (request.url === '/broken' ? 503 : 404) : 200;
  response
    .writeHead(status, { 'content-type': 'text/html' })
    .end(`<!doctype html><link rel="icon" href="data:,">${page}`);
});
let baseUrl: string;
beforeAll(async () => {
  baseUrl = `http://127.0.0.1:${await listenOnLoopback(server)}`;
});
afterAll(() => void server.close());

test.each([
  ['/throws', /^page error: .*thrown by the page/],
  ['/rejects', /^page error: .*rejected by the page/],
  ['/logs', /^console error: logged by the page/],
  ['/alerts', /^dialog: alert "asked by the page"/],
  ['/elsewhere', /^asked http:\/\/elsewhere\.example\/x\.png|ERR_NAME_NOT_RESOLVED/],
  ['/inline', /^console error: .*Content Security Policy/],
  ['/absent-asset', /^console error: .*404/],
  ['/failing', /^answered 503: |^console error: .*503/],
])('a page that is in trouble at %s is found out', async (path, trouble) => {
  const page = await openTab({ baseUrl });
  allowTrouble(page, trouble);
  await page.goto(path, { waitUntil: 'networkidle' });
  expect(page.url()).toBe(baseUrl + path);
});

test('trouble that nobody announced, and announced trouble that does not come, fail the test', async () => {
  const browser = (await openTab({ baseUrl })).context().browser();
  const context = await browser?.newContext({ baseURL: baseUrl });
  if (context === undefined) throw new Error('The tab has no browser.');
  const watch = new Watch(context, [baseUrl]);
  await (await context.newPage()).goto('/throws', { waitUntil: 'networkidle' });
  expect(() => watch.check()).toThrow('what a page must not do');
  watch.allow(/thrown by the page/);
  watch.check();
  watch.allow(/never seen/);
  expect(() => watch.check()).toThrow('did not come');
  await context.close();
});
