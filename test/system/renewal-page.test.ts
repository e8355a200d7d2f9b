import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, inject, test, vi } from 'vitest';
import { LATE_DAYS } from '../../domain/renewals/renewal-course.ts';
import { aCustomer, anActive, ask, attach, dayFromNow, entitlement, unique } from './api-client.ts';
import { aKey } from './callers.ts';
import { type OpenPage, openPage } from './page-in-node.ts';
import { Clock, soon } from './temporal.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

const withoutKey = (path: string) => fetch(inject('apiUrl') + path);
const policyOf = async (path: string) => (await withoutKey(path)).headers.get('content-security-policy') ?? '';

/** A renewal with its notice out, of a customer and an entitlement whose names appear nowhere else. */
async function aRenewal(more: Record<string, unknown> = {}, customer: Record<string, unknown> = {}) {
  const accountManager = { name: 'Ann Account', email: 'ann@example.com' };
  const customerId = await aCustomer({ accountManager, ...customer });
  const { id } = await anActive(customerId, { endDate: dayFromNow(20), renewalPolicy: { noticeDays: 60 }, ...more });
  return { renewalId: await renewalOf(id), customerId, entitlementId: id };
}

const renewalOf = async (entitlementId: string) => {
  const { id } = await soon(async () => {
    const { body } = await ask<{ items: { id: string }[] }>('GET', `/v1/renewals?entitlementId=${entitlementId}`);
    const [renewal] = body.items;
    if (renewal === undefined) throw new Error('there is no renewal yet');
    return renewal;
  });
  return id;
};

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

describe.each(['/renewals/none', '/renewals'])('%s', (address) => {
  test('it allows its own files and the API, and neither inline script nor a frame', async () => {
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

  test('every file that it needs is served as it is, and none writes markup or keeps the key past the tab', async () => {
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
        await readFile(new URL(`../../api/renewals/pages/${file.split('/').at(-1)}`, import.meta.url), 'utf8'),
      );
      expect(text).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|localStorage|cookie/);
      for (const [, imported] of text.matchAll(/from '\.\/([^']+)'/g)) files.add(`/renewals/${imported}`);
    }
    expect([...files]).toEqual(expect.arrayContaining(['/renewals/page-kit.js', '/renewals/renewal-words.js']));
  });
});

async function anSla(): Promise<string> {
  const id = unique('sla');
  const { status } = await ask('PUT', `/v1/slas/${id}`, {
    name: 'Four hours',
    calendar: { kind: '24x7' },
    firstResponseMinutes: 240,
  });
  expect(status).toBe(201);
  return id;
}

/** The page of a renewal with an administrator's key, once it shows it. */
async function shown(renewalId: string, query = '', options: Parameters<typeof openPage>[1] = {}): Promise<OpenPage> {
  const page = await openPage(`/renewals/${renewalId}${query}`, { key: inject('apiKey'), ...options });
  await soon(async () => expect(page.text('facts') + page.text('message')).not.toBe(''));
  return page;
}

/** Says what is decided with the button of a form, and waits for what the page tells of it. */
async function decide(page: OpenPage, decision: string, fields: Record<string, string> = {}): Promise<void> {
  for (const [name, value] of Object.entries(fields)) page.at(name).value = value;
  page.form(decision).happen('submit');
  await soon(async () => {
    expect(page.at('try-again').disabled).toBe(false);
    expect(page.text('news') + page.text('message')).not.toBe('');
  });
}

const spelled = (date: string) =>
  new Date(date).toLocaleDateString('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' });
const plusDays = (date: string, days: number) =>
  new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);

describe('what is shown', () => {
  test("today's terms stand beside the proposed ones, in hours and words, also where they are the same", async () => {
    const slaId = await anSla();
    const hours = { allocationType: 'hours', totalTerm: 6600, period: 'quarter', tier: 'Silver', slaId };
    const channels = [{ channel: 'phone', totalTerm: 1031 }, { channel: 'email' }];
    const { renewalId } = await aRenewal({ ...hours, channels });
    const page = await shown(renewalId);
    expect(page.text('terms-head')).toBe('TermsNowProposed');
    expect(page.rows('terms').slice(0, -1)).toEqual([
      ['Tier', 'Silver', 'Silver'],
      ['Total', '110 hours a quarter', '110 hours a quarter'],
      ['Channel phone', 'up to 17 h 11 min a quarter', 'up to 17 h 11 min a quarter'],
      ['Channel email', 'covered', 'covered'],
      ['Every other channel', 'not covered', 'not covered'],
      ['SLA', 'Four hours', 'Four hours'],
    ]);
    expect(page.text('offer')).toBe('Proposed: the same terms: 110 hours a quarter');
    expect(page.text('content')).not.toMatch(/minutes \(|→|totalTerm|channel:|T\d\d:\d\d/);
  });

  test('names, with the ids beside them; the last day and each step in the zone of the entitlement', async () => {
    const { renewalId, customerId, entitlementId } = await aRenewal({ timeZone: 'Asia/Tokyo' });
    const page = await shown(renewalId);
    const { endDate } = await entitlement(entitlementId);
    expect(page.fact('facts', 'Customer')).toBe(`Customer ${customerId} ${customerId}`);
    expect(page.fact('facts', 'Entitlement')).toBe(`Test entitlement ${entitlementId}`);
    expect(page.fact('facts', 'Last day')).toBe(`${spelled(endDate)}, to its end in Asia/Tokyo`);
    expect(page.fact('facts', 'Account manager')).toBe('Ann Account');
    expect(page.text('steps')).toMatch(/^Opened, with its notice: \d+ \w+ \d{4}, \d\d:\d\d \(Asia\/Tokyo\)/);
    expect(page.title()).toBe(`Renewal: Test entitlement of Customer ${customerId}`);
  });

  test('nobody is named as account manager: it says what that means', async () => {
    const { renewalId } = await aRenewal({}, { accountManager: null });
    expect((await shown(renewalId)).fact('facts', 'Account manager')).toMatch(/^nobody, so no mail was sent: /);
  });

  test('who may decide it but read neither customer nor entitlement sees the ids, and that the terms are missing', async () => {
    const { email, key } = await aKey('account_manager');
    const { renewalId, customerId, entitlementId } = await aRenewal(
      {},
      { accountManager: { name: 'Stand-in', email } },
    );
    // The customer has gone to somebody else since the notice.
    await ask('PUT', `/v1/customers/${customerId}`, { type: 'account', name: 'Globex' });
    const page = await shown(renewalId, '', { key });
    expect([page.fact('facts', 'Customer'), page.fact('facts', 'Entitlement')]).toEqual([customerId, entitlementId]);
    expect(page.text('unread')).toBe("Your key may not read today's terms.");
    await decide(page, 'accept');
    expect(page.text('news')).toMatch(/accepted/);
    expect(page.fact('successor-facts', 'Entitlement')).toMatch(/, which your key may not read$/);
  });

  test('one that lapsed: until which day it can still be accepted, and no snooze', async () => {
    const { renewalId, entitlementId } = await aRenewal();
    const { endDate, endsAt } = await entitlement(entitlementId);
    await new Clock(entitlementId, { renewal: 1 }).goPast(endsAt);
    await soon(async () => {
      expect((await ask('GET', `/v1/renewals/${renewalId}`)).body).toMatchObject({ stage: 'lapsed' });
    });
    const page = await shown(renewalId, '?decide=snooze');
    expect(page.text('standing')).toContain(`until ${spelled(plusDays(endDate, LATE_DAYS))}`);
    expect(page.fact('facts', 'Stage')).toContain(spelled(plusDays(endDate, LATE_DAYS)));
    expect(['accept', 'change', 'snooze', 'decline'].map(page.isOffered)).toEqual([true, true, false, true]);
    expect(
      page
        .form('snooze')
        .all()
        .some(({ isFocused }) => isFocused),
    ).toBe(false);
  });

  test('a larger proposal: the new total beside the old one; accepted with changes, what was accepted beside both', async () => {
    const customerId = await aCustomer();
    const active = await anActive(customerId, { totalTerm: 4, restrict: false, renewalPolicy: { noticeDays: 60 } });
    for (let n = 0; n < 6; n++) await attach(active);
    await new Clock(active.id).goToAlone(new Date(Date.parse(active.endsAt ?? '') - 60 * 86_400_000).toISOString());
    const renewalId = await renewalOf(active.id);
    const { body } = await ask<{ proposal: { kind: string; changes: { totalTerm: number } } }>(
      'GET',
      `/v1/renewals/${renewalId}`,
    );
    const { totalTerm } = body.proposal.changes;
    expect(body.proposal.kind).toBe('larger');

    const page = await shown(renewalId, '?decide=change');
    expect(page.text('offer')).toBe(`Proposed: ${totalTerm} cases instead of 4 cases`);
    expect(page.rows('terms')[1]).toEqual(['Total', '4 cases', `${totalTerm} cases`]);
    expect([page.at('total').value, page.text('unit')]).toEqual([String(totalTerm), 'cases']);
    expect(page.at('total').isFocused).toBe(true);

    await decide(page, 'change', { total: '140' });
    expect(page.text('news')).toContain('accepted');
    expect(page.text('terms-head')).toBe('TermsBeforeProposedAccepted');
    expect(page.rows('terms')[1]).toEqual(['Total', '4 cases', `${totalTerm} cases`, '140 cases']);
    const successor = await entitlement((await entitlement(active.id)).renewedById ?? '');
    expect(page.fact('successor-facts', 'Entitlement')).toBe(`${successor.name} ${successor.id}`);
    expect(page.fact('successor-facts', 'Terms')).toBe('140 cases');
    expect(page.fact('successor-facts', 'Dates')).toBe(
      `${spelled(successor.startDate)} to ${spelled(successor.endDate)}`,
    );
    expect(page.fact('successor-facts', 'Status')).toBe('waiting for its first day');
    expect(page.fact('successor-facts', 'For programs')).toBe(`GET /v1/entitlements/${successor.id}`);
    expect(page.isOffered('accept')).toBe(false);
  });
});

test('the renewal of what follows, once there is one, is linked from the old one', async () => {
  const { renewalId } = await aRenewal();
  await ask('POST', `/v1/renewals/${renewalId}/accept`);
  const one = async () => Response.json({ items: [{ id: 'ren_next_1' }], nextCursor: null });
  const instead = (path: string) => (path.startsWith('/v1/renewals?entitlementId=') ? one() : undefined);
  const page = await shown(renewalId, '', { instead });
  expect(page.at('successor-facts').querySelector('a')?.href).toBe('/renewals/ren_next_1');
});

describe('what is decided', () => {
  test('hours are entered as hours, and sent as minutes, with another end and another SLA', async () => {
    const slaId = await anSla();
    const { renewalId, entitlementId } = await aRenewal({ allocationType: 'hours', totalTerm: 1031 });
    const page = await shown(renewalId);
    expect([page.at('total').value, page.text('total-said'), page.text('unit')]).toEqual([
      '17.18',
      '17 h 11 min',
      'hours',
    ]);
    page.at('total').value = '20.5';
    page.at('total').happen('input');
    expect(page.text('total-said')).toBe('20 h 30 min');
    await decide(page, 'change', { end: dayFromNow(100), sla: slaId });
    const { renewedById } = await entitlement(entitlementId);
    expect(await entitlement(renewedById ?? '')).toMatchObject({
      totalTerm: 1230,
      endDate: dayFromNow(100),
      slaId,
    });
  });

  test('what is left as proposed is not sent; nothing changed is no change', async () => {
    const { renewalId, entitlementId } = await aRenewal({ allocationType: 'hours', totalTerm: 1031 });
    const page = await shown(renewalId);
    await decide(page, 'change');
    expect(page.text('message')).toMatch(/^Nothing is changed yet/);
    expect(page.asked.filter((request) => request.startsWith('POST'))).toEqual([]);
    await decide(page, 'change', { end: dayFromNow(100) });
    const { renewedById } = await entitlement(entitlementId);
    expect(await entitlement(renewedById ?? '')).toMatchObject({ totalTerm: 1031, endDate: dayFromNow(100) });
  });

  test('an unlimited one has no total to enter, and is accepted with another end', async () => {
    const unlimited = { allocationType: 'unlimited', totalTerm: null, restrict: false };
    const { renewalId, entitlementId } = await aRenewal(unlimited);
    const page = await shown(renewalId);
    expect(page.rows('terms')[1]).toEqual(['Total', 'unlimited', 'unlimited']);
    expect(page.at('total-field').hidden).toBe(true);
    await decide(page, 'change', { end: dayFromNow(100) });
    const { renewedById } = await entitlement(entitlementId);
    expect(await entitlement(renewedById ?? '')).toMatchObject({ totalTerm: null, endDate: dayFromNow(100) });
  });

  test('a snooze is until a day of the zone, however far from UTC that is', async () => {
    const { renewalId } = await aRenewal({ timeZone: 'America/New_York' });
    const page = await shown(renewalId);
    await decide(page, 'snooze', { until: dayFromNow(5) });
    expect(page.fact('facts', 'Stage')).toBe(`snoozed until ${spelled(dayFromNow(5))} (America/New_York)`);
    expect(page.text('news')).toContain(spelled(dayFromNow(5)));
    expect(page.at('news').isFocused).toBe(true);
  });

  test('a decision that somebody else took meanwhile is told, and the page shows it', async () => {
    const { renewalId } = await aRenewal();
    const page = await shown(renewalId);
    await ask('POST', `/v1/renewals/${renewalId}/decline`, { reason: 'They leave' });
    await decide(page, 'accept');
    expect(page.text('message')).toMatch(/renewal is/);
    expect([page.fact('facts', 'Stage'), page.fact('facts', 'Reason')]).toEqual(['declined', 'They leave']);
    expect(page.isOffered('accept')).toBe(false);
  });

  test('a decision whose answer was lost says so, and the same again is taken once', async () => {
    const { renewalId } = await aRenewal();
    const page = await shown(renewalId);
    const keys: unknown[] = [];
    page.instead = (path, init) => {
      if (init.method !== 'POST') return undefined;
      keys.push((init.headers as Record<string, string>)['idempotency-key']);
      return fetch(inject('apiUrl') + path, init).then(() => Promise.reject(new TypeError('the line was cut')));
    };
    await decide(page, 'decline', { reason: 'They leave' });
    expect(page.text('message')).toMatch(/cannot be reached.*taken only once/);
    page.instead = (_path, init) => {
      if (init.method === 'POST') keys.push((init.headers as Record<string, string>)['idempotency-key']);
      return undefined;
    };
    await decide(page, 'decline', { reason: 'They leave' });
    expect(page.text('news')).toBe('The renewal is declined.');
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBe(keys[1]);
  });

  test('who may only look is told whom to ask', async () => {
    const { renewalId } = await aRenewal();
    const { key } = await aKey('viewer');
    const page = await shown(renewalId, '', { key });
    await decide(page, 'accept');
    expect(page.text('message')).toMatch(/The role viewer may not do this.*Ask somebody who may/);
  });
});

describe('the key', () => {
  test('is asked for once, kept in the tab and forgotten on demand, with all that was shown', async () => {
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

  test.each(['wrong', 'not a key ✓'])('%s: it says that it is no key, and asks for another', async (key) => {
    const { renewalId } = await aRenewal();
    const page = await openPage(`/renewals/${renewalId}`);
    page.enterKey(key);
    await soon(async () => expect(page.text('message')).toMatch(/enter another one|copy it anew/));
    expect(page.text('sign-in')).not.toBe('');
    expect(page.storage.size).toBe(0);
  });

  test('one that was revoked while the page stood open takes everything off the page', async () => {
    const { renewalId } = await aRenewal();
    const { id, key } = await aKey('csr_manager', { name: unique('revoked') });
    const page = await shown(renewalId, '', { key });
    await ask('POST', `/v1/api-keys/${id}/revoke`);
    await decide(page, 'accept');
    expect(page.text('message')).toMatch(/expire or be revoked: enter another one/);
    expect([page.text('content'), page.at('facts').textContent]).toEqual(['', '']);
  });

  test.each([
    ['the network is away', () => Promise.reject(new TypeError('no network')), /cannot be reached.*try again/],
    [
      'a part is away',
      async () => new Response('busy', { status: 503 }),
      /does not answer at the moment \(503\).*try again/,
    ],
  ])('%s: it says what to do, keeps the key, and the button reads it anew', async (_what, instead, told) => {
    const { renewalId, customerId } = await aRenewal();
    const page = await shown(renewalId, '', { instead });
    expect(page.text('message')).toMatch(told);
    expect(page.text('again')).toBe('Try again');
    page.instead = () => undefined;
    page.at('try-again').happen('click');
    await soon(async () => expect(page.text('facts')).toContain(customerId));
    expect([page.text('message'), page.text('again')]).toEqual(['', '']);
  });

  test('a renewal that there is not: it says what may be wrong', async () => {
    expect((await shown('ren_none_1')).text('message')).toMatch(/There is no renewal.*link is whole/);
  });
});
