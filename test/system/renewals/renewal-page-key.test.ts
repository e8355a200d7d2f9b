import { afterEach, describe, expect, inject, test, vi } from 'vitest';
import { ask } from '../../support/api-client.ts';
import { aKey } from '../../support/callers.ts';
import { openPage } from '../../support/page-in-node.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';
import { aRenewal, decide, shown } from './renewal-page-scenes.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the key', () => {
  test('is asked for once, kept in the tab and forgotten on demand, with all data on the page', async () => {
    const { renewalId, customerId } = await aRenewal();
    const page = await openPage(`/renewals/${renewalId}`);
    expect(page.text('sign-in')).toMatch(/administrator.*POST \/v1\/api-keys.*npm start/);
    expect([page.asked, page.at('key').isFocused]).toEqual([[], true]);
    page.enterKey(inject('apiKey'));
    await soon(async () => expect(page.text('facts')).toContain(customerId));
    expect([page.storage.get('allot.key'), page.at('key').value]).toEqual([inject('apiKey'), '']);
    page.at('sign-out').happen('click');
    expect([page.storage.size, page.text('facts'), page.title()]).toEqual([0, '', 'Renewal']);
    expect([page.at('facts'), page.at('terms'), page.at('steps')].map(({ textContent }) => textContent)).toEqual(
      Array(3).fill(''),
    );
  });

  test.each(['wrong', 'not a key ✓'])('%s is not accepted, and the page asks for another key', async (key) => {
    const { renewalId } = await aRenewal();
    const page = await openPage(`/renewals/${renewalId}`);
    page.enterKey(key);
    await soon(async () => expect(page.text('message')).toMatch(/enter another one|copy it again/));
    expect(page.text('sign-in')).not.toBe('');
    expect(page.storage.size).toBe(0);
  });

  test('a key that was revoked while the page was open clears the page', async () => {
    const { renewalId } = await aRenewal();
    const { id, key } = await aKey('csr_manager', { name: unique('revoked') });
    const page = await shown(renewalId, '', { key });
    await ask('POST', `/v1/api-keys/${id}/revoke`);
    await decide(page, 'accept');
    expect(page.text('message')).toMatch(/can expire or be revoked: enter another one/);
    expect([page.text('content'), page.at('facts').textContent]).toEqual(['', '']);
  });

  test.each([
    ['the network is away', () => Promise.reject(new TypeError('no network')), /cannot be reached.*try again/],
    [
      'a part is away',
      async () => new Response('busy', { status: 503 }),
      /does not answer at the moment \(503\).*try again/,
    ],
  ])('if %s, the page says what to do, keeps the key, and its button tries again', async (_what, instead, message) => {
    const { renewalId, customerId } = await aRenewal();
    const page = await shown(renewalId, '', { instead });
    expect(page.text('message')).toMatch(message);
    expect(page.text('again')).toBe('Try again');
    page.instead = () => undefined;
    page.at('try-again').happen('click');
    await soon(async () => expect(page.text('facts')).toContain(customerId));
    expect([page.text('message'), page.text('again')]).toEqual(['', '']);
  });

  test('for an unknown renewal the page says what may be wrong', async () => {
    expect((await shown('ren_none_1')).text('message')).toMatch(/There is no renewal.*link is complete/);
  });
});
