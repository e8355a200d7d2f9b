import { expect } from 'vitest';
import { attachCase, resolveCase } from '../../workflows/entitlements/case-messages.ts';
import { state } from '../../workflows/entitlements/messages.ts';
import { dayFromNow } from '../support/days.ts';
import { aCase, anActive } from '../support/records.ts';
import { unique } from '../support/unique.ts';
import type { Story, World } from './story.ts';

const resolved = (world: World, id: string, minutes: number): Promise<unknown> =>
  world.ask(200, 'POST', `/v1/cases/${id}/resolve`, { minutes });

/** A run hands over after a hundred signals. */
const SIGNALS = 130;

/** Terms of every kind. */
export const termStories: readonly Story[] = [
  {
    name: 'hours with hold',
    begin: async (world) => {
      const terms = { allocationType: 'hours', totalTerm: 240, decreaseRemainingOn: 'resolution', hold: true };
      const entitlement = await anActive(world.system, terms);
      const done = await aCase(world.system, entitlement, { minutes: 30 });
      await resolved(world, done, 45);
      const [first, second] = [
        await aCase(world.system, entitlement, { minutes: 30 }),
        await aCase(world.system, entitlement, { minutes: 60 }),
      ];
      return {
        made: '45 of 240 minutes used, 90 held',
        entitlements: [entitlement],
        meanwhile: async () => {
          await resolved(world, first, 20);
          expect(await world.entitlement(entitlement)).toMatchObject({ remainingTerm: 175, heldTerm: 60 });
          return 'one held case settled';
        },
        goOn: async () => {
          await world.ask(200, 'POST', `/v1/cases/${second}/cancel`);
          await world.ask(200, 'POST', `/v1/cases/${done}/reactivate`);
          await resolved(world, done, 50);
          expect(await world.entitlement(entitlement)).toMatchObject({ remainingTerm: 170, heldTerm: 0 });
          return 'the other one released; 170 minutes left';
        },
      };
    },
  },
  {
    name: 'unlimited, by channel',
    begin: async (world) => {
      const terms = { allocationType: 'unlimited', totalTerm: null, restrict: undefined };
      const channels = [{ channel: 'phone' }, { channel: 'web' }];
      const entitlement = await anActive(world.system, { ...terms, channels });
      await aCase(world.system, entitlement, { channel: 'phone' });
      return {
        made: 'unlimited, phone and web',
        entitlements: [entitlement],
        goOn: async () => {
          await aCase(world.system, entitlement, { channel: 'web' });
          await world.refused(entitlement, unique('case'), 'channel_not_covered', { channel: 'email' });
          return 'takes web, refuses e-mail';
        },
      };
    },
  },
  {
    name: 'channels with totals',
    begin: async (world) => {
      const channels = [
        { channel: 'phone', totalTerm: 1 },
        { channel: 'web', totalTerm: 3 },
      ];
      const entitlement = await anActive(world.system, { totalTerm: 3, channels });
      const phone = await aCase(world.system, entitlement, { channel: 'phone' });
      return {
        made: 'the one phone case is taken',
        entitlements: [entitlement],
        goOn: async () => {
          await world.refused(entitlement, unique('case'), 'channel_exhausted', { channel: 'phone' });
          await world.ask(200, 'PATCH', `/v1/cases/${phone}`, { channel: 'web' });
          await aCase(world.system, entitlement, { channel: 'phone' });
          return 'phone is refused until its case changes to web';
        },
      };
    },
  },
  {
    name: 'overage allowed',
    begin: async (world) => {
      const entitlement = await anActive(world.system, { totalTerm: 1, overage: 'allow', restrict: false });
      for (let n = 1; n <= 3; n += 1) await aCase(world.system, entitlement);
      return {
        made: '3 cases of 1: -2 left',
        entitlements: [entitlement],
        meanwhile: async () => {
          await aCase(world.system, entitlement);
          expect(await world.remaining(entitlement)).toBe(-3);
          return 'one more: -3';
        },
        goOn: async () => {
          await world.ask(201, 'POST', `/v1/entitlements/${entitlement.id}/top-ups`, { amount: 5 });
          expect(await world.remaining(entitlement)).toBe(2);
          return 'a top-up of 5 pays the debt: 2 left';
        },
      };
    },
  },
  {
    name: 'overage charged, with a debt',
    begin: async (world) => {
      const overagePrice = { unitPrice: '89.90', currency: 'EUR' };
      const terms = { totalTerm: 2, period: 'month', overage: 'charge', restrict: false, overagePrice };
      const entitlement = await anActive(world.system, { ...terms, endDate: dayFromNow(75) });
      for (let n = 1; n <= 4; n += 1) await aCase(world.system, entitlement);
      expect(await world.remaining(entitlement)).toBe(-2);
      return {
        made: '4 cases of 2 in a month: -2 left, two charged',
        entitlements: [entitlement],
        goOn: async () => {
          expect(await world.remaining(entitlement)).toBe(-2);
          await aCase(world.system, entitlement);
          const bought = await world.entitlement(entitlement);
          expect(bought).toMatchObject({ remainingTerm: -2, boughtTerm: 1 });
          await world.ask(201, 'POST', `/v1/entitlements/${entitlement.id}/top-ups`, { amount: 1 });
          expect(await world.remaining(entitlement)).toBe(-1);
          await world.goPast(entitlement, `${dayFromNow(35)}T00:00:00Z`);
          await world.becomes(entitlement, { remainingTerm: 2 });
          return 'the debt stays, the next case is bought; a top-up pays one; the turn forgives the rest';
        },
      };
    },
  },
  {
    name: 'periods, rollover, top-ups',
    begin: async (world) => {
      const terms = { totalTerm: 3, period: 'month', rolloverCap: 2, channels: [{ channel: 'web', totalTerm: 3 }] };
      const entitlement = await anActive(world.system, { ...terms, endDate: dayFromNow(75) });
      await aCase(world.system, entitlement, { channel: 'web' });
      const topUp = { amount: 2, expiresOn: dayFromNow(20), price: '10.00', currency: 'EUR' };
      await world.ask(201, 'POST', `/v1/entitlements/${entitlement.id}/top-ups`, topUp);
      return {
        made: '2 of 3 left this month, and 2 of a top-up that expires',
        entitlements: [entitlement],
        goOn: async () => {
          await world.goPast(entitlement, `${dayFromNow(25)}T00:00:00Z`);
          await world.becomes(entitlement, { remainingTerm: 2 });
          await world.goPast(entitlement, `${dayFromNow(35)}T00:00:00Z`);
          await world.becomes(entitlement, { remainingTerm: 5 });
          return 'the top-up expired; the month turned: 3 and 2 rolled over';
        },
      };
    },
  },
  {
    name: 'overridden, and for free',
    begin: async (world) => {
      const entitlement = await anActive(world.system, { totalTerm: 1 });
      const first = await aCase(world.system, entitlement);
      const past = await aCase(world.system, entitlement, { override: { reason: 'A goodwill case' } });
      const forFree = { decrementEntitlementTerm: false, reason: 'Our own mistake' };
      await world.ask(200, 'PATCH', `/v1/cases/${first}`, forFree);
      return {
        made: 'one case for free, one past exhaustion',
        entitlements: [entitlement],
        goOn: async () => {
          await world.ask(200, 'POST', `/v1/cases/${past}/cancel`);
          await world.ask(200, 'PATCH', `/v1/cases/${first}`, { decrementEntitlementTerm: true });
          await world.ask(200, 'POST', `/v1/cases/${first}/decrement`, { reason: 'It was not' });
          expect(await world.remaining(entitlement)).toBe(0);
          return 'the free one is decremented after all';
        },
      };
    },
  },
  {
    name: 'signals, over two runs',
    begin: async (world) => {
      const entitlement = await anActive(world.system, { totalTerm: 1_000 });
      const handle = (await world.system.client()).workflow.getHandle(`entitlement/${entitlement.id}`);
      const first = (await handle.describe()).runId;
      const ids = Array.from({ length: SIGNALS }, (_, n) => `${entitlement.id}:${n}`);
      await Promise.all(ids.map((id) => handle.signal(attachCase, { key: id, caseId: id })));
      await world.becomes(entitlement, { remainingTerm: 1_000 - SIGNALS });
      await world.eventually(async () => expect((await handle.describe()).runId).not.toBe(first));
      return {
        made: `${SIGNALS} cases by signals, continued as new`,
        entitlements: [entitlement],
        goOn: async () => {
          const present = (await world.system.client()).workflow.getHandle(handle.workflowId);
          await present.signal(resolveCase, { key: unique('key'), caseId: ids[0] ?? '', minutes: 5 });
          await present.signal(attachCase, { key: ids[1] ?? '', caseId: ids[1] ?? '' });
          await present.signal(attachCase, { key: unique('key'), caseId: unique('case') });
          await world.becomes(entitlement, { remainingTerm: 1_000 - SIGNALS - 1 });
          const { entitlement: now } = await present.query(state);
          expect(now.openCases).toBe(SIGNALS);
          return 'a forgotten case resolved, a repeated key counts once, one more';
        },
      };
    },
  },
  {
    name: 'ten that take cases all the time',
    begin: async (world) => {
      const overagePrice = { unitPrice: '5.00', currency: 'EUR' };
      const terms = { totalTerm: 10, overage: 'charge', restrict: false, overagePrice };
      const ten = await Promise.all(Array.from({ length: 10 }, () => anActive(world.system, terms)));
      let taken = 0;
      const oneMoreEach = async () => {
        await Promise.all(ten.map((each) => world.patiently(each, unique('case'))));
        taken += 1;
        for (const each of ten) expect((await world.entitlement(each)).openCases).toBe(taken);
      };
      await oneMoreEach();
      return {
        made: 'a case each',
        entitlements: ten,
        again: async () => {
          for (let n = 1; n <= 3; n += 1) await oneMoreEach();
          return 'three cases each in every step';
        },
        goOn: async () => {
          await oneMoreEach();
          return 'a case each';
        },
      };
    },
  },
];
