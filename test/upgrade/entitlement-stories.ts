import { expect } from 'vitest';
import type { EntitlementView } from '../../api/entitlements/entitlement-view.ts';
import { dayFromNow } from '../support/days.ts';
import { aCase, aDraft, anActive } from '../support/records.ts';
import { unique } from '../support/unique.ts';
import type { CaseView, Story, World } from './story.ts';

const caseOf = (world: World, id: string): Promise<CaseView> => world.ask(200, 'GET', `/v1/cases/${id}`);
const onCase = (world: World, id: string, what: string, body?: object): Promise<CaseView> =>
  world.ask(200, 'POST', `/v1/cases/${id}/${what}`, body);

/** The life of entitlements: what stands still, starts, ends, and comes back. */
export const entitlementStories: readonly Story[] = [
  {
    name: 'cases on creation',
    begin: async (world) => {
      const entitlement = await anActive(world.system, { totalTerm: 5 });
      const body = { id: unique('case'), customerId: entitlement.customerId, entitlementId: entitlement.id };
      const key = unique('key');
      const first = await world.ask(201, 'POST', '/v1/cases', body, key);
      await onCase(world, body.id, 'resolve', { minutes: 10 });
      const canceled = await aCase(world.system, entitlement);
      await onCase(world, canceled, 'cancel');
      const active = await aCase(world.system, entitlement);
      return {
        made: 'a case resolved, one canceled, one active; 3 of 5 left',
        entitlements: [entitlement],
        meanwhile: async () => {
          const again = await world.ask(201, 'POST', '/v1/cases', body, key);
          expect(again).toMatchObject(first);
          await aCase(world.system, entitlement);
          expect(await world.remaining(entitlement)).toBe(2);
          return 'the first key gets its first answer; one more case';
        },
        goOn: async () => {
          expect(await world.ask(201, 'POST', '/v1/cases', body, key)).toMatchObject(first);
          await onCase(world, body.id, 'reactivate');
          await onCase(world, active, 'cancel');
          for (let n = 1; n <= 3; n += 1) await aCase(world.system, entitlement);
          await world.refused(entitlement, unique('case'), 'exhausted');
          expect(await world.remaining(entitlement)).toBe(0);
          return 'reactivated, canceled, three attached, the next is refused';
        },
      };
    },
  },
  {
    name: 'draft',
    begin: async (world) => {
      const draft = await aDraft(world.system);
      return {
        made: 'a draft',
        entitlements: [draft],
        meanwhile: async () => {
          await world.ask(200, 'PATCH', `/v1/entitlements/${draft.id}`, { totalTerm: 4 });
          return 'edited';
        },
        goOn: async () => {
          await world.command(draft, 'activate');
          await aCase(world.system, draft);
          expect(await world.remaining(draft)).toBe(3);
          return 'activated, and takes a case';
        },
      };
    },
  },
  {
    name: 'waits for its start',
    begin: async (world) => {
      const draft = await aDraft(world.system, { startDate: dayFromNow(10), endDate: dayFromNow(40) });
      const waiting = await world.command(draft, 'activate');
      return {
        made: 'waiting, starts in ten days',
        entitlements: [waiting],
        goOn: async () => {
          await world.goPast(waiting, waiting.startsAt);
          await world.becomes(waiting, { status: 'active' });
          await aCase(world.system, waiting);
          await world.goPast(waiting, waiting.endsAt);
          await world.becomes(waiting, { status: 'expired' });
          return 'started at its instant, took a case, expired';
        },
      };
    },
  },
  {
    name: 'ends after the upgrade',
    begin: async (world) => {
      const entitlement = await anActive(world.system, { endDate: dayFromNow(10) });
      const open = await aCase(world.system, entitlement);
      return {
        made: 'active with an open case, ends in ten days',
        entitlements: [entitlement],
        goOn: async () => {
          await world.goPast(entitlement, entitlement.endsAt);
          await world.becomes(entitlement, { status: 'expired' });
          await world.refused(entitlement, unique('case'), 'expired');
          await onCase(world, open, 'resolve', { minutes: 20 });
          return 'expired at its instant; refuses a case; the open one is resolved';
        },
      };
    },
  },
  {
    name: 'completed',
    begin: async (world) => {
      const entitlement = await anActive(world.system, { endDate: dayFromNow(5) });
      const caseId = await aCase(world.system, entitlement);
      await onCase(world, caseId, 'resolve', { minutes: 5 });
      await world.goPast(entitlement, entitlement.endsAt);
      await world.becomes(entitlement, { status: 'expired' });
      const handle = (await world.system.client()).workflow.getHandle(`entitlement/${entitlement.id}`);
      await world.system.skip(handle.workflowId, 3_600_000);
      await world.eventually(async () => expect((await handle.describe()).status.name).toBe('COMPLETED'));
      return {
        made: 'expired, its workflow completed',
        entitlements: [entitlement],
        goOn: async () => {
          await onCase(world, caseId, 'reactivate');
          const successor = await world.ask(201, 'POST', `/v1/entitlements/${entitlement.id}/renew`);
          await world.becomes(entitlement, { renewedById: successor.id } as Partial<EntitlementView>);
          return 'came back from its snapshot: its case is reactivated, it is renewed by hand';
        },
      };
    },
  },
  {
    name: 'being edited',
    begin: async (world) => {
      const entitlement = await anActive(world.system);
      await aCase(world.system, entitlement);
      await world.command(entitlement, 'deactivate');
      return {
        made: 'deactivated, one case taken',
        entitlements: [entitlement],
        goOn: async () => {
          await world.ask(200, 'PATCH', `/v1/entitlements/${entitlement.id}`, { totalTerm: 10, name: 'Edited' });
          await world.command(entitlement, 'activate');
          await aCase(world.system, entitlement);
          expect(await world.remaining(entitlement)).toBe(8);
          return 'edited to 10 and activated: 8 left after one more case';
        },
      };
    },
  },
  {
    name: 'canceled',
    begin: async (world) => {
      const entitlement = await anActive(world.system);
      const open = await aCase(world.system, entitlement);
      await world.command(entitlement, 'cancel');
      return {
        made: 'canceled with an open case',
        entitlements: [entitlement],
        goOn: async () => {
          await onCase(world, open, 'cancel');
          const first = await world.ask(201, 'POST', `/v1/entitlements/${entitlement.id}/renew`);
          await world.ask(204, 'DELETE', `/v1/entitlements/${first.id}`);
          await world.becomes(entitlement, { renewed: false });
          await world.ask(201, 'POST', `/v1/entitlements/${entitlement.id}/renew`);
          return 'its case is canceled; renewed, the successor deleted, renewed again';
        },
      };
    },
  },
  {
    name: 'moves between entitlements',
    begin: async (world) => {
      const one = await anActive(world.system);
      const other = await anActive(world.system, { customerId: one.customerId });
      const moved = await aCase(world.system, one);
      const stays = await aCase(world.system, one);
      await world.ask(200, 'PATCH', `/v1/cases/${moved}`, { entitlementId: other.id });
      await world.ask(200, 'POST', `/v1/entitlements/${one.id}/set-default`, {});
      return {
        made: 'two entitlements of a customer, a case moved, one the default',
        entitlements: [one, other],
        goOn: async () => {
          const body = { id: unique('case'), customerId: one.customerId };
          await world.ask(201, 'POST', '/v1/cases', body);
          expect(await caseOf(world, body.id)).toMatchObject({ entitlementId: one.id });
          await world.ask(200, 'PATCH', `/v1/cases/${stays}`, { entitlementId: other.id });
          await world.ask(200, 'PATCH', `/v1/cases/${moved}`, { entitlementId: null });
          expect([await world.remaining(one), await world.remaining(other)]).toEqual([2, 2]);
          return 'the default takes a case; one moves over, one is taken off';
        },
      };
    },
  },
  {
    name: 'template and SLA',
    begin: async (world) => {
      const hours = { monday: [{ from: '09:00', to: '17:00' }], thursday: [{ from: '09:00', to: '12:00' }] };
      const calendar = { kind: 'business_hours', timeZone: 'Europe/Berlin', hours, holidays: [] };
      const sla = { name: 'Office hours', firstResponseMinutes: 60, resolutionMinutes: 300, calendar };
      const slaId = unique('sla');
      await world.ask(201, 'PUT', `/v1/slas/${slaId}`, sla);
      const terms = { allocationType: 'cases', totalTerm: 3, decreaseRemainingOn: 'creation', restrict: true };
      const template = { id: unique('template'), name: 'Old', duration: { unit: 'months', count: 6 }, slaId, ...terms };
      await world.ask(201, 'POST', '/v1/templates', template);
      const customerId = unique('customer');
      await world.ask(201, 'PUT', `/v1/customers/${customerId}`, { type: 'account', name: customerId });
      const body = { customerId, templateId: template.id, renewalPolicy: null };
      const entitlement = await world.ask<EntitlementView>(201, 'POST', '/v1/entitlements', body);
      await world.command(entitlement, 'activate');
      const caseId = await aCase(world.system, entitlement);
      const before = await caseOf(world, caseId);
      return {
        made: 'an entitlement of a template, its case has due times',
        entitlements: [entitlement],
        goOn: async () => {
          expect(await caseOf(world, caseId)).toMatchObject(before);
          const next = await world.ask<EntitlementView>(201, 'POST', '/v1/entitlements', body);
          await world.command(next, 'activate');
          const { resolutionDueAt } = (await caseOf(world, await aCase(world.system, next))) as CaseView & {
            resolutionDueAt: string | null;
          };
          expect(resolutionDueAt).not.toBeNull();
          return 'due times stayed; the template makes another one';
        },
      };
    },
  },
];
