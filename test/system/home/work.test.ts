import { beforeAll, describe, expect, test } from 'vitest';
import { ROLES, type Role } from '../../../domain/access/roles.ts';
import { anActive, ask } from '../../support/api-client.ts';
import { aKey, as, type ToldKeyView } from '../../support/callers.ts';
import { dayFromNow } from '../../support/days.ts';
import { soon } from '../../support/waiting.ts';
import { aScene, LISTS, rowsIn, type Scene, type WorkView, workFor, workOf } from './work-scenes.ts';

let manager: ToldKeyView;
let own: Scene;
let foreign: Scene;
beforeAll(async () => {
  manager = await aKey('account_manager');
  own = await aScene({ name: 'Ann', email: manager.email });
  foreign = await aScene({ name: 'Bob', email: 'bob.of.work@example.com' });
  await soon(async () => {
    if (rowsIn(await workOf(manager.key), 'renewalsToDecide').total !== 1) throw new Error('no renewal yet');
  });
});

/** The lists of each role, written by hand from docs/home.md, in the order of `LISTS`. */
const LISTS_OF: Readonly<Record<Role, string>> = {
  system_administrator: 'yyyyyyy',
  system_customizer: 'y-yy-yy',
  csr_manager: 'yyyyyyy',
  csr: 'y-y-y--',
  account_manager: 'yyyy-y-',
  integration: '----y--',
  viewer: 'y-yy-y-',
};

test.each(ROLES)('%s gets the lists of that role, and null for the others', async (role) => {
  const work = await workFor(role);
  expect(LISTS.map((list) => (work[list] === null ? '-' : 'y')).join('')).toBe(LISTS_OF[role]);
});

describe('the work of an account manager', () => {
  const idsOf = (work: WorkView, list: (typeof LISTS)[number]) => rowsIn(work, list).rows.map(({ id }) => id);

  test('has the open renewals of the own entitlements, each with its proposal', async () => {
    const { total, rows } = rowsIn(await workOf(manager.key), 'renewalsToDecide');
    expect(total).toBe(1);
    expect(rows).toMatchObject([
      {
        entitlementId: own.ending.id,
        customerId: own.customer,
        stage: 'open',
        endDate: dayFromNow(10),
        daysLeft: 11,
        proposed: 'same_terms',
      },
    ]);
  });

  test('has what runs out before it ends or its next period begins: what is used up first, then by day', async () => {
    const { total, rows } = rowsIn(await workOf(manager.key), 'runningOut');
    expect([total, rows.map(({ id }) => id)]).toEqual([2, [own.exhausted.id, own.fast.id]]);
    expect(rows[0]).toMatchObject({ remainingTerm: -1, depletesOn: dayFromNow(0) });
    // 27 of 30 are left after a day or two in which 3 were used.
    expect(rows[1]).toMatchObject({ remainingTerm: 27, totalTerm: 30, usedSince: 3 });
    const depletesOn = String(rows[1]?.depletesOn);
    expect(depletesOn >= dayFromNow(9) && depletesOn <= dayFromNow(19)).toBe(true);
  });

  test('has what ends within 30 days and has no successor', async () => {
    expect(idsOf(await workOf(manager.key), 'endingSoon')).toEqual([own.ending.id]);
  });

  test('has the overrides of the last days: who, why and of which customer', async () => {
    expect(rowsIn(await workOf(manager.key), 'overrides')).toMatchObject({
      total: 1,
      rows: [
        {
          entitlementId: own.exhausted.id,
          customerName: `Customer ${own.customer}`,
          why: 'Our fault',
          overrode: ['exhausted'],
        },
      ],
    });
  });

  test('has nothing of other customers', async () => {
    const text = JSON.stringify(await workOf(manager.key));
    for (const id of [foreign.customer, foreign.ending.id, foreign.exhausted.id, foreign.fast.id])
      expect(text).not.toContain(id);
    const nobody = await workFor('account_manager');
    expect(LISTS.flatMap((list) => nobody[list]?.total ?? [])).toEqual([0, 0, 0, 0, 0]);
    expect(nobody.figures.map(({ value }) => value)).toEqual([0, 0, 0, 0]);
  });

  test('has four figures, each with the last eight weeks', async () => {
    // Waits for its start and is deactivated: it was never active.
    const waiting = await anActive(own.customer, { startDate: dayFromNow(5) });
    await ask('POST', `/v1/entitlements/${waiting.id}/deactivate`);
    const before = Date.now();
    const { asOf, figures } = await workOf(manager.key);
    expect(Math.abs(Date.parse(asOf) - before)).toBeLessThan(60_000);
    const none = [0, 0, 0, 0, 0, 0, 0];
    expect(figures.map(({ name, value, unit, trend }) => [name, value, unit, trend.map((week) => week.value)])).toEqual(
      [
        ['active_entitlements', 4, 'entitlements', [...none, 4]],
        // Six cases came; the one that was refused twice did not.
        ['attached_cases', 6, 'cases', [...none, 6]],
        ['refused_cases', 1, 'cases', [...none, 1]],
        ['undecided_renewals', 1, 'renewals', [...none, 1]],
      ],
    );
    for (const { trend } of figures) {
      expect(trend.at(-1)?.until).toBe(asOf);
      for (const [week, { since, until }] of trend.entries()) {
        expect(Date.parse(until) - Date.parse(since)).toBe(7 * 86_400_000);
        expect(since).toBe(trend[week - 1]?.until ?? since);
      }
    }
  });

  test('no longer has a renewal that was snoozed, nor one that was declined', async () => {
    const [renewal] = rowsIn(await workOf(manager.key), 'renewalsToDecide').rows;
    const undecided = async () => {
      const { renewalsToDecide, figures } = await workOf(manager.key);
      return [renewalsToDecide?.total, figures.find(({ name }) => name === 'undecided_renewals')?.value];
    };
    const path = `/v1/renewals/${renewal?.id}`;
    await ask('POST', `${path}/snooze`, { until: dayFromNow(3) }, as(manager.key));
    expect(await undecided()).toEqual([0, 1]);
    await ask('POST', `${path}/decline`, { reason: 'They leave' }, as(manager.key));
    expect(await undecided()).toEqual([0, 0]);
  });
});

test('a support manager sees the work of all customers', async () => {
  const { figures } = await workFor('csr_manager');
  // Tests that run at the same time have entitlements of their own.
  expect(figures[0]?.value).toBeGreaterThanOrEqual(8);
});
