import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { listenOnLoopback } from '../../dev/listening.ts';
import { type NodeProcess, startProcess } from '../../dev/node-process.ts';
import { ask } from '../support/api-client.ts';
import { openTab, signedInWith } from '../support/browser.ts';
import { allowTrouble } from '../support/browser-watch.ts';
import { aKey } from '../support/callers.ts';
import { unique } from '../support/unique.ts';
import { aCaseByPhone, aCaseScene, type CaseScene, caseNow, leftOf } from './case-scenes.ts';

/** The example page of docs/ as a case system on an origin of its own, which the API under test allows; and one that it does not. */

let desk: Server;
let stranger: Server;
let deskUrl: string;
let strangerUrl: string;
let api: NodeProcess;
let apiUrl: string;

async function aHost(): Promise<{ server: Server; url: string }> {
  const example = await readFile(new URL('../../docs/panel-example.html', import.meta.url));
  const server = createServer((request, response) => {
    const isPage = request.url?.startsWith('/panel-example.html') === true;
    response.writeHead(isPage ? 200 : 204, { 'content-type': 'text/html; charset=utf-8' }).end(isPage ? example : '');
  });
  return { server, url: `http://127.0.0.1:${await listenOnLoopback(server)}` };
}

beforeAll(async () => {
  ({ server: desk, url: deskUrl } = await aHost());
  ({ server: stranger, url: strangerUrl } = await aHost());
  api = await startProcess('api', {
    DATABASE_URL: inject('databaseUrl'),
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    ALLOT_PANEL_ANCESTORS: deskUrl,
  });
  apiUrl = `http://127.0.0.1:${api.port}`;
});
afterAll(async () => {
  await api?.stop();
  desk?.close();
  stranger?.close();
});

const options = () => ({ baseUrl: apiUrl, origins: [deskUrl, strangerUrl] });
const examplePage = (host: string) => `${host}/panel-example.html?allot=${apiUrl}`;
const panelIn = (page: Page): FrameLocator => page.frameLocator('#panel');

async function signInAt(panel: FrameLocator, key: string): Promise<void> {
  await panel.getByLabel('API key').fill(key);
  await panel.getByRole('button', { name: 'Sign in', exact: true }).click();
}

async function tell(page: Page, fields: Record<string, string>): Promise<void> {
  const labels = { customer: 'Customer id', contact: 'Contact id', channel: 'Channel', case: 'Case id' } as const;
  for (const [name, label] of Object.entries(labels)) await page.getByLabel(label).fill(fields[name] ?? '');
  await page.getByRole('button', { name: 'Show in the panel' }).click();
}

test('an agent signs in inside the frame, sees what covers the case on the screen, and attaches it', async () => {
  const { customerId, contactId, phoneName, phoneId, hoursName } = await aCaseScene();
  const page = await openTab(options());
  allowTrouble(page, /status of 404/);
  await page.goto(examplePage(deskUrl));
  const panel = panelIn(page);
  await signInAt(panel, (await aKey('csr')).key);
  await panel.getByText('has not said which customer').waitFor();
  await tell(page, { customer: customerId, channel: 'email' });
  await panel.getByText(hoursName).waitFor();
  await panel.getByText('Save the case in the case system first').waitFor();
  const id = unique('case');
  await tell(page, { customer: customerId, contact: contactId, channel: 'phone', case: id });
  await panel.getByText(phoneName).waitFor();
  await panel.getByText('4 cases').first().waitFor();
  await panel.getByText(/due in (4 h|3 h 59 min)/).waitFor();
  await panel.getByRole('button', { name: 'Attach the case' }).dblclick();
  await page.getByText(`Allot has attached ${id} to ${phoneId}.`).waitFor();
  await panel.getByText('Open the case in Allot').waitFor();
  expect(await caseNow(id)).toMatchObject({ entitlementId: phoneId, contactId, channel: 'phone' });
  // What was passed over stays on record: the panel lets Allot pick.
  expect(await caseNow(id)).toMatchObject({ entitlementReason: 'matching', decision: { candidatesTotal: 2 } });
  expect(await leftOf(phoneId)).toBe(4);
});

/** The panel by itself, with its context in the address. */
const addressOf = (fields: Record<string, string>) => `/panel?${new URLSearchParams(fields)}`;

test('of a case that Allot has, the panel shows what it has', async () => {
  const scene = await aCaseScene();
  const id = await aCaseByPhone(scene);
  await ask('POST', `/v1/cases/${id}/hold`, { reason: 'customer' });
  const page = await signedInWith((await aKey('viewer')).key, { ...options(), width: 320 });
  await page.goto(addressOf({ case: id }));
  await page.getByText(scene.phoneName).waitFor();
  await page.getByText('4 cases').waitFor();
  // What is due knows the pause.
  await page
    .getByRole('row', { name: /^Resolution/ })
    .getByText('paused', { exact: true })
    .waitFor();
  await page.getByRole('row', { name: 'On hold customer' }).waitFor();
  expect(await page.getByRole('button', { name: /Attach|Record/ }).count()).toBe(0);
  // 320 pixels are enough.
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
});

test('a case that cannot be read is not shown as a new one', async () => {
  const scene = await aCaseScene();
  const id = await aCaseByPhone(scene);
  const page = await signedInWith((await aKey('csr')).key, options());
  allowTrouble(page, /ERR_FAILED/);
  await page.route(`**/v1/cases/${id}`, (route) => route.abort(), { times: 1 });
  await page.goto(addressOf({ case: id, customer: scene.customerId, channel: 'phone' }));
  await page.getByText('Allot does not answer', { exact: true }).waitFor();
  expect(await page.getByRole('button', { name: /Attach|Record/ }).count()).toBe(0);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('Open the case in Allot').waitFor();
});

async function uncovered(): Promise<CaseScene> {
  const scene = await aCaseScene();
  await ask('POST', `/v1/entitlements/${scene.hoursId}/cancel`, {});
  return scene;
}

test('where nothing covers the case, an agent reads what to say, and only a manager is offered an override', async () => {
  const { customerId, phoneId, phoneName } = await uncovered();
  const context = { customer: customerId, channel: 'email', case: unique('case') };
  const agent = await signedInWith((await aKey('csr')).key, options());
  allowTrouble(agent, /status of 404/);
  await agent.goto(addressOf(context));
  await agent.getByText('“Your support contract does not cover this request.').waitFor();
  await agent.getByText('The channel email is not covered.').first().waitFor();
  expect(await agent.getByRole('radio').count()).toBe(0);
  await agent.getByRole('button', { name: 'Record it without an entitlement' }).click();
  await agent.getByText('Open the case in Allot').waitFor();
  expect(await caseNow(context.case)).toMatchObject({ entitlementId: null, entitlementReason: 'none_covers' });
  const manager = await signedInWith((await aKey('csr_manager')).key, options());
  await manager.goto(addressOf(context));
  await manager.getByRole('radio', { name: phoneName }).check();
  await manager.getByLabel('Reason for the override').fill('A good customer');
  await manager.getByRole('button', { name: 'Attach by override' }).click();
  await manager.getByText('Covered by').waitFor();
  expect(await caseNow(context.case)).toMatchObject({ entitlementId: phoneId });
});

test('a page that is not listed cannot frame the panel, and what other windows send is not listened to', async () => {
  const { customerId } = await aCaseScene();
  const framed = await openTab(options());
  allowTrouble(framed, /frame-ancestors|Refused to (frame|display)|violates the following Content Security Policy/);
  await framed.goto(examplePage(strangerUrl));
  await expect.poll(() => framed.frames().some((frame) => frame.url().startsWith('chrome-error:'))).toBe(true);
  expect(await panelIn(framed).getByLabel('API key').count()).toBe(0);
  // A window of a stranger that opened the panel sends it a context.
  const opener = await openTab(options());
  await opener.goto(`${strangerUrl}/panel-example.html?allot=${strangerUrl}`);
  const opened = opener.waitForEvent('popup');
  await opener.evaluate((url) => {
    Object.assign(window, { opened: window.open(`${url}/panel?channel=phone`) });
  }, apiUrl);
  const panel = await opened;
  await panel.getByLabel('API key').waitFor();
  await opener.evaluate((customer) => {
    const { opened: target } = window as unknown as { opened: Window };
    target.postMessage({ type: 'allot.context', customer }, '*');
  }, customerId);
  // A message of the panel to itself comes after it, and two frames later all that it led to is drawn.
  await panel.evaluate(
    () =>
      new Promise((resolve) => {
        const drawn = () => requestAnimationFrame(() => requestAnimationFrame(resolve));
        window.addEventListener('message', ({ data }) => data === 'after' && drawn());
        window.postMessage('after', window.location.origin);
      }),
  );
  expect(new URL(panel.url()).search).toBe('?channel=phone');
});
