import { expect } from 'vitest';
import type { EntitlementView } from '../../api/entitlements/entitlement-view.ts';
import { clockWorkflowIdOf } from '../../workflows/clocks/clock-messages.ts';
import { dayFromNow } from '../support/days.ts';
import { aCase, aDraft, anActive } from '../support/records.ts';
import { unique } from '../support/unique.ts';
import { type CaseView, MINUTE_MS, type Story, type World } from './story.ts';

type Ided = Pick<EntitlementView, 'id'>;

const at = (day: string): string => `${day}T00:00:00Z`;
const pathOf = ({ id }: Ided, more: string): string => `/v1/entitlements/${id}/${more}`;
const onCase = (world: World, id: string, what: string, body?: object): Promise<CaseView> =>
  world.ask(200, 'POST', `/v1/cases/${id}/${what}`, body);
const pause = (world: World, entitlement: Ided, body: object): Promise<EntitlementView> =>
  world.ask(200, 'POST', pathOf(entitlement, 'pause'), { from: 'now', end: 'keep', reason: 'Closed', ...body });
const amendment = (changes: object, more: object = {}) => ({
  ...{ effective: 'now', grant: 'full', reason: 'They grew', changes },
  ...more,
});
const amend = (world: World, entitlement: Ided, changes: object, more: object = {}): Promise<unknown> =>
  world.ask(201, 'POST', pathOf(entitlement, 'amendments'), amendment(changes, more));

/** What an old worker does not know is refused with 503, and the same request counts once the workers are new. */
async function notYet(world: World, entitlement: Ided, what: string, body: object, key: string): Promise<void> {
  const refused = await world.ask(503, 'POST', pathOf(entitlement, what), body, key);
  expect(refused).toMatchObject({ code: 'unavailable' });
}

interface ClocksView {
  readonly holds: readonly string[];
  readonly clocks: readonly {
    readonly target: string;
    readonly status: string;
    readonly isCurrent: boolean;
    readonly metAt: string | null;
  }[];
}

const clocksOf = (world: World, caseId: string): Promise<ClocksView> =>
  world.ask<ClocksView>(200, 'GET', `/v1/cases/${caseId}/clocks`);

async function statuses(world: World, caseId: string): Promise<readonly (readonly [string, string])[]> {
  const { clocks } = await clocksOf(world, caseId);
  return clocks.filter(({ isCurrent }) => isCurrent).map(({ target, status }) => [target, status] as const);
}

const showsClocks = (world: World, caseId: string, firstResponse: string, resolution: string): Promise<void> =>
  world.eventually(async () =>
    expect(await statuses(world, caseId)).toEqual([
      ['first_response', firstResponse],
      ['resolution', resolution],
    ]),
  );

/** What the old version did not have: what it began is changed by it after the upgrade. */
export const changeStories: readonly Story[] = [
  {
    name: 'amended after the upgrade',
    begin: async (world) => {
      const [later, end] = [dayFromNow(10), dayFromNow(30)];
      const entitlement = await anActive(world.system, { totalTerm: 5, endDate: end });
      for (let n = 1; n <= 2; n += 1) await aCase(world.system, entitlement);
      const key = unique('amend');
      return {
        made: '2 of 5 cases taken',
        entitlements: [entitlement],
        meanwhile: async () => {
          await notYet(world, entitlement, 'amendments', amendment({ totalTerm: 8 }), key);
          return 'an amendment is refused as unavailable';
        },
        goOn: async () => {
          const path = pathOf(entitlement, 'amendments');
          const preview = await world.ask(200, 'POST', `${path}?preview=true`, amendment({ totalTerm: 8 }));
          expect(preview).toMatchObject({ change: 3, after: { remainingTerm: 6 } });
          await world.ask(201, 'POST', path, amendment({ totalTerm: 8 }), key);
          await amend(world, entitlement, { totalTerm: 10 }, { effective: later });
          expect(await world.remaining(entitlement)).toBe(6);
          await world.goPast(entitlement, at(later));
          await world.becomes(entitlement, { totalTerm: 10, remainingTerm: 8 });
          for (const n of [2, 1]) await world.ask(201, 'POST', `${path}/${n}/void`, { reason: 'By mistake' });
          await world.becomes(entitlement, { totalTerm: 5, remainingTerm: 3 });
          await world.goPast(entitlement, entitlement.endsAt);
          await world.becomes(entitlement, { status: 'expired' });
          return 'amended to 8 now and to 10 at its day, both voided: 3 left; expired';
        },
      };
    },
  },
  {
    name: 'amended with its next period, and a top-up that expires before the void',
    begin: async (world) => {
      const topUpEnd = dayFromNow(8);
      const turned = dayFromNow(35);
      const terms = { totalTerm: 3, period: 'month', rolloverCap: 0, restrict: false, endDate: dayFromNow(75) };
      const entitlement = await anActive(world.system, terms);
      await world.ask(201, 'POST', pathOf(entitlement, 'top-ups'), { amount: 2, expiresOn: topUpEnd });
      for (let n = 1; n <= 4; n += 1) await aCase(world.system, entitlement);
      return {
        made: '4 of 3 cases taken this month, one of them of a top-up of 2',
        entitlements: [entitlement],
        goOn: async () => {
          await amend(world, entitlement, { totalTerm: 5 });
          expect(await world.remaining(entitlement)).toBe(3);
          await world.goPast(entitlement, at(dayAfter(topUpEnd)));
          await world.becomes(entitlement, { remainingTerm: 1 });
          // Of the two that it granted one stands for the case that the top-up would have paid.
          await world.ask(201, 'POST', pathOf(entitlement, 'amendments/1/void'), { reason: 'By mistake' });
          await world.becomes(entitlement, { totalTerm: 3, remainingTerm: 0 });
          await amend(world, entitlement, { totalTerm: 6 }, { effective: 'next_period' });
          await world.goPast(entitlement, at(turned));
          await world.becomes(entitlement, { totalTerm: 6, remainingTerm: 6 });
          return 'amended to 5, its top-up expired, voided: 0 left; the next month grants 6';
        },
      };
    },
  },
  {
    name: 'paused after the upgrade',
    begin: async (world) => {
      const [from, until, end] = [dayFromNow(5), dayFromNow(15), dayFromNow(40)];
      const moved = dayFromNow(50);
      const entitlement = await anActive(world.system, { endDate: end, timeZone: 'UTC', totalTerm: 5 });
      const open = await aCase(world.system, entitlement);
      const key = unique('pause');
      const body = { from: 'now', end: 'keep', reason: 'Closed' };
      return {
        made: 'active with an open case',
        entitlements: [entitlement],
        meanwhile: async () => {
          await notYet(world, entitlement, 'pause', body, key);
          return 'a pause is refused as unavailable';
        },
        goOn: async () => {
          await world.ask(200, 'POST', pathOf(entitlement, 'pause'), body, key);
          await world.refused(entitlement, unique('case'), 'paused');
          await onCase(world, open, 'resolve', { minutes: 5 });
          await world.ask(200, 'POST', pathOf(entitlement, 'resume'), { reason: 'It opened again' });
          await aCase(world.system, entitlement);
          await pause(world, entitlement, { from, until, end: 'shift' });
          await world.goPast(entitlement, at(from));
          await world.becomes(entitlement, { endDate: end });
          await world.refused(entitlement, unique('case'), 'paused');
          await world.goPast(entitlement, at(until));
          const { endsAt } = await world.becomes(entitlement, { endDate: moved, pausedSince: null });
          await aCase(world.system, entitlement);
          await world.goPast(entitlement, endsAt);
          await world.becomes(entitlement, { status: 'expired' });
          return 'paused and resumed; a planned pause of ten days moved its end; expired there';
        },
      };
    },
  },
  {
    name: 'waits for its start, paused over it',
    begin: async (world) => {
      const [start, from, until] = [dayFromNow(10), dayFromNow(5), dayFromNow(20)];
      const draft = await aDraft(world.system, { startDate: start, endDate: dayFromNow(60), timeZone: 'UTC' });
      const waiting = await world.command(draft, 'activate');
      return {
        made: 'waiting, starts in ten days',
        entitlements: [waiting],
        goOn: async () => {
          await pause(world, waiting, { from, until });
          await world.goPast(waiting, waiting.startsAt);
          await world.becomes(waiting, { status: 'active' });
          await world.refused(waiting, unique('case'), 'paused');
          await world.goPast(waiting, at(until));
          await world.becomes(waiting, { pausedSince: null });
          await aCase(world.system, waiting);
          return 'started while it was paused, and goes on by itself';
        },
      };
    },
  },
  {
    name: 'gets a grace after the upgrade',
    begin: async (world) => {
      const [end, next] = [dayFromNow(5), dayFromNow(6)];
      const entitlement = await anActive(world.system, { endDate: end, timeZone: 'UTC', totalTerm: 5 });
      const before = await aCase(world.system, entitlement);
      return {
        made: 'active with an open case, ends in five days',
        entitlements: [entitlement],
        goOn: async () => {
          await world.command(entitlement, 'deactivate');
          await world.ask(200, 'PATCH', `/v1/entitlements/${entitlement.id}`, { graceDays: 14 });
          await world.command(entitlement, 'activate');
          await world.goPast(entitlement, entitlement.endsAt);
          await world.becomes(entitlement, { status: 'expired', graceDays: 14 });
          const late = await aCase(world.system, entitlement);
          expect(await world.ask(200, 'GET', `/v1/cases/${late}`)).toMatchObject({ inGrace: true });
          const renewal = { startDate: next, reason: 'Paid late' };
          const draft = await world.ask<EntitlementView>(201, 'POST', pathOf(entitlement, 'renew'), renewal);
          // Its workflow begins at the time of the one that made it, so it starts at once.
          const successor = await world.command(draft, 'activate');
          expect(successor).toMatchObject({ status: 'active', startDate: next });
          await world.eventually(async () =>
            expect(await world.ask(200, 'GET', `/v1/cases/${late}`)).toMatchObject({
              ...{ entitlementId: successor.id, inGrace: false },
            }),
          );
          await world.refused(entitlement, unique('case'), 'expired');
          expect(await world.ask(200, 'GET', `/v1/cases/${before}`)).toMatchObject({ entitlementId: entitlement.id });
          expect([await world.remaining(entitlement), await world.remaining(successor)]).toEqual([4, 4]);
          return 'took a case in its grace, which its late successor took over';
        },
      };
    },
  },
  {
    name: 'gets clocks after the upgrade',
    begin: async (world) => {
      const slaId = unique('sla');
      const promise = { firstResponseMinutes: 60, resolutionMinutes: 600, calendar: { kind: '24x7' } };
      await world.ask(201, 'PUT', `/v1/slas/${slaId}`, { name: 'At all times', ...promise });
      const entitlement = await anActive(world.system, { slaId, totalTerm: 10 });
      const other = await anActive(world.system, { slaId, totalTerm: 10, customerId: entitlement.customerId });
      const [stays, moves] = [await aCase(world.system, entitlement), await aCase(world.system, entitlement)];
      let between = '';
      return {
        made: 'two cases with due times under an SLA',
        entitlements: [entitlement, other],
        meanwhile: async () => {
          between = await aCase(world.system, entitlement);
          const found = await world.ask(200, 'GET', `/v1/cases/${between}`);
          expect(found.resolutionDueAt).toEqual(expect.any(String));
          return 'a third one gets due times';
        },
        goOn: async () => {
          expect(await clocksOf(world, stays)).toMatchObject({ clocks: [], holds: [] });
          await onCase(world, stays, 'respond');
          await onCase(world, stays, 'resolve', { minutes: 5 });
          await world.ask(200, 'PATCH', `/v1/cases/${moves}`, { entitlementId: other.id });
          await showsClocks(world, moves, 'in_progress', 'in_progress');
          await onCase(world, between, 'resolve', { minutes: 5 });

          const caseId = await aCase(world.system, entitlement);
          await onCase(world, caseId, 'hold', { reason: 'customer' });
          await showsClocks(world, caseId, 'paused', 'paused');
          await onCase(world, caseId, 'release', { reason: 'customer' });
          const workflowId = clockWorkflowIdOf(caseId, 1);
          const handle = (await world.system.client()).workflow.getHandle(workflowId);
          await world.eventually(async () => expect((await handle.describe()).status.name).toBe('RUNNING'));
          await world.system.skip(workflowId, 70 * MINUTE_MS);
          await showsClocks(world, caseId, 'breached', 'in_progress');
          await onCase(world, caseId, 'respond');
          await onCase(world, caseId, 'resolve', { minutes: 5 });
          await showsClocks(world, caseId, 'breached', 'met');
          await world.eventually(async () => expect((await handle.describe()).status.name).toBe('COMPLETED'));
          return 'old cases have none and go on; a moved and a new one have clocks: held, breached, met late';
        },
      };
    },
  },
];

const dayAfter = (day: string): string => new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
