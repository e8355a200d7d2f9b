import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { ask } from '../../support/api-client.ts';
import { aRenewal, policyOf, withoutKey } from './renewal-page-scenes.ts';

test.each(['', '?decide=accept', '?decide=change', '?decide=snooze', '?decide=decline'])(
  'the link of a mail opens the page (%s), which needs no key and holds no data',
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

test('an unknown id gets the same page, so the page does not reveal which renewals exist', async () => {
  const { renewalId } = await aRenewal();
  const [known, unknown] = await Promise.all([withoutKey(`/renewals/${renewalId}`), withoutKey('/renewals/none')]);
  expect(unknown.status).toBe(200);
  expect(await unknown.text()).toBe(await known.text());
});

describe.each(['/renewals/none', '/renewals'])('%s', (address) => {
  test('the page allows its own files and the API, but no inline script and no frame', async () => {
    const policy = (await policyOf(address)).split(';');
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
    const page = await (await withoutKey(address)).text();
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
  });

  test('every file of the page is served as it is, and none writes markup or keeps the key after the tab is closed', async () => {
    const page = await (await withoutKey(address)).text();
    const named = [...page.matchAll(/(?:href|src)="(\/renewals\/[^"]+)"/g)].map(([, file]) => file ?? '');
    expect(named).toHaveLength(2);
    const files = new Set(named);
    for (const file of files) {
      const served = await withoutKey(file);
      const text = await served.text();
      expect([file, served.status]).toEqual([file, 200]);
      expect(served.headers.get('content-type')).toMatch(/css|javascript/);
      expect(text).toBe(
        await readFile(new URL(`../../../api/renewals/pages/${file.split('/').at(-1)}`, import.meta.url), 'utf8'),
      );
      expect(text).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|localStorage|cookie/);
      for (const [, imported] of text.matchAll(/from '\.\/([^']+)'/g)) files.add(`/renewals/${imported}`);
    }
    expect([...files]).toEqual(expect.arrayContaining(['/renewals/page-kit.js', '/renewals/renewal-words.js']));
  });
});
