import { expect } from 'vitest';
import type { EntitlementView } from '../../api/entitlements/entitlement-view.ts';
import { dayFromNow } from '../support/days.ts';
import { aCase, anActive } from '../support/records.ts';
import { DAY_MS, type Story, type World } from './story.ts';

interface RenewalView {
  readonly id: string;
  readonly stage: string;
  readonly successorId: string | null;
  readonly successorEnded: boolean;
  readonly steps: readonly { readonly step: string }[];
}

const POLICY = { noticeDays: 60, reminderDays: 10, escalationDays: 5 };

const pathOf = ({ id }: EntitlementView, renewalNumber = 1): string => `/v1/renewals/ren_${id}_${renewalNumber}`;
const workflowOf = ({ id }: EntitlementView): string => `renewal/${id}/1`;

/** An entitlement that ends in twenty days, whose renewal has told its notice. */
async function renewing(world: World): Promise<EntitlementView> {
  const entitlement = await anActive(world.system, { endDate: dayFromNow(20), renewalPolicy: POLICY });
  await told(world, entitlement, 'notice');
  return entitlement;
}

const told = (world: World, entitlement: EntitlementView, step: string): Promise<RenewalView> =>
  world.eventually(async () => {
    const renewal = await world.ask<RenewalView>(200, 'GET', pathOf(entitlement));
    expect(renewal.steps.map((each) => each.step)).toContain(step);
    return renewal;
  });

async function accepted(world: World, entitlement: EntitlementView, changes?: object): Promise<EntitlementView> {
  const body = changes === undefined ? {} : { changes };
  const { successorId } = await world.ask<RenewalView>(200, 'POST', `${pathOf(entitlement)}/accept`, body);
  return await world.entitlement({ id: successorId as EntitlementView['id'] });
}

/** The old one ends by its clock, and the successor starts by its own. */
async function succeeded(world: World, entitlement: EntitlementView, successor: EntitlementView): Promise<void> {
  await world.goPast(entitlement, entitlement.endsAt);
  await world.becomes(entitlement, { status: 'expired' });
  await world.goPast(successor, successor.startsAt);
  await world.becomes(successor, { status: 'active' });
  await aCase(world.system, successor);
}

/** Renewals that the old version opened. */
export const renewalStories: readonly Story[] = [
  {
    name: 'renewal: proposal accepted',
    begin: async (world) => {
      const entitlement = await renewing(world);
      await world.ask(200, 'POST', `${pathOf(entitlement)}/snooze`, { until: dayFromNow(5) });
      return {
        made: 'notice told, snoozed',
        entitlements: [entitlement],
        goOn: async () => {
          const successor = await accepted(world, entitlement, { totalTerm: 7 });
          expect(successor).toMatchObject({ status: 'waiting', totalTerm: 7, renewsId: entitlement.id });
          await succeeded(world, entitlement, successor);
          return 'accepted with a change; the successor started as the old one ended';
        },
      };
    },
  },
  {
    name: 'renewal: accepted by the new API, with the old worker',
    begin: async (world) => {
      const entitlement = await renewing(world);
      let successor: EntitlementView | undefined;
      return {
        made: 'notice told',
        entitlements: [entitlement],
        meanwhile: async () => {
          successor = await accepted(world, entitlement);
          return 'accepted; the successor waits';
        },
        goOn: async () => {
          if (successor === undefined) throw new Error('There is no successor.');
          await succeeded(world, entitlement, successor);
          return 'the successor started as the old one ended';
        },
      };
    },
  },
  {
    name: 'renewal: accepted before the upgrade',
    begin: async (world) => {
      const entitlement = await renewing(world);
      const successor = await accepted(world, entitlement);
      return {
        made: 'accepted; the successor waits',
        entitlements: [entitlement, successor],
        goOn: async () => {
          await world.command(successor, 'cancel');
          await world.eventually(() => world.ask(200, 'GET', pathOf(entitlement, 2)));
          const first = await world.ask<RenewalView>(200, 'GET', pathOf(entitlement));
          expect(first).toMatchObject({ stage: 'accepted', successorEnded: true });
          return 'the successor is canceled: the entitlement gets its second renewal';
        },
      };
    },
  },
  {
    name: 'renewal: declined',
    begin: async (world) => {
      const entitlement = await renewing(world);
      return {
        made: 'notice told',
        entitlements: [entitlement],
        goOn: async () => {
          await world.ask(200, 'POST', `${pathOf(entitlement)}/decline`, { reason: 'Not needed' });
          await told(world, entitlement, 'declined');
          return 'declined';
        },
      };
    },
  },
  {
    name: 'renewal: nobody decides',
    begin: async (world) => {
      const entitlement = await renewing(world);
      return {
        made: 'notice told',
        entitlements: [entitlement],
        goOn: async () => {
          await world.system.skip(workflowOf(entitlement), 55 * DAY_MS);
          const { steps } = await told(world, entitlement, 'closed');
          const wanted = ['notice', 'reminder', 'escalation', 'lapsed', 'closed'];
          expect(steps.map(({ step }) => step)).toEqual(wanted);
          return 'reminder, escalation, lapse and close at their days';
        },
      };
    },
  },
  {
    name: 'renewal: its entitlement is edited',
    begin: async (world) => {
      const entitlement = await renewing(world);
      return {
        made: 'notice told',
        entitlements: [entitlement],
        goOn: async () => {
          await world.command(entitlement, 'deactivate');
          await world.ask(200, 'PATCH', `/v1/entitlements/${entitlement.id}`, { totalTerm: 8 });
          await world.command(entitlement, 'activate');
          await told(world, entitlement, 'revised');
          await world.command(entitlement, 'cancel');
          await told(world, entitlement, 'withdrawn');
          return 'revised by the edit, withdrawn by the cancellation';
        },
      };
    },
  },
];
