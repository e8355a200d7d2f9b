import { expect, inject, test } from 'vitest';
import { aCustomer, anActive, ask, dayFromNow } from './api-client.ts';
import { soon } from './temporal.ts';

const withoutKey = (path: string) => fetch(inject('apiUrl') + path);
const policyOf = async (path: string) => (await withoutKey(path)).headers.get('content-security-policy') ?? '';

/** A renewal with its notice out, of a customer and an entitlement whose names appear nowhere else. */
async function aRenewal() {
  const customerId = await aCustomer({ accountManager: { name: 'Ann Account', email: 'ann@example.com' } });
  const { id } = await anActive(customerId, { endDate: dayFromNow(20), renewalPolicy: { noticeDays: 60 } });
  const { id: renewalId } = await soon(async () => {
    const { body } = await ask<{ items: { id: string }[] }>('GET', `/v1/renewals?entitlementId=${id}`);
    const [renewal] = body.items;
    if (renewal === undefined) throw new Error('there is no renewal yet');
    return renewal;
  });
  return { renewalId, customerId, entitlementId: id };
}

test.each(['', '?decide=accept', '?decide=change', '?decide=snooze', '?decide=decline'])(
  'the link of a mail leads to the page (%s), which needs no key and holds no data',
  async (query) => {
    const { renewalId, customerId, entitlementId } = await aRenewal();
    const page = await withoutKey(`/renewals/${renewalId}${query}`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const text = await page.text();
    for (const datum of [renewalId, customerId, entitlementId, 'Test entitlement', 'Ann Account'])
      expect(text).not.toContain(datum);
    expect((await ask('GET', `/v1/renewals/${renewalId}`)).body).toMatchObject({ stage: 'open' });
  },
);

test('an unknown id gets the very same page: only a key tells which renewals there are', async () => {
  const { renewalId } = await aRenewal();
  const [known, unknown] = await Promise.all([withoutKey(`/renewals/${renewalId}`), withoutKey('/renewals/none')]);
  expect(unknown.status).toBe(200);
  expect(await unknown.text()).toBe(await known.text());
});

test('the page allows its own files and the API, and neither inline script nor a frame', async () => {
  const policy = (await policyOf('/renewals/none')).split(';');
  expect(policy).toEqual(
    expect.arrayContaining([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "frame-ancestors 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
    ]),
  );
  expect(policy.join()).not.toMatch(/unsafe|upgrade-insecure-requests/);
  const page = await (await withoutKey('/renewals/none')).text();
  expect(page).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
});

test('every file that the page names is served, and none writes markup or puts the key into an address', async () => {
  const page = await (await withoutKey('/renewals/none')).text();
  const files = [...page.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, file]) => file ?? '');
  expect(files).toEqual(['/renewals/page.css', '/renewals/page.js']);
  for (const file of files) {
    const served = await withoutKey(file);
    expect([file, served.status]).toEqual([file, 200]);
    expect(served.headers.get('content-type')).toMatch(/css|javascript/);
    expect(await served.text()).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|localStorage/);
  }
});
