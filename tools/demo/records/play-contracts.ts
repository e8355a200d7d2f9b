import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { z } from 'zod';
import { type ApiClient, ApiRefusal } from '../../../client/client.ts';
import { ActionableError } from '../../../client/failure.ts';
import { fastForward } from '../../../dev/fast-forward.ts';
import { until } from '../../replay/until.ts';
import { daysBefore, isNotForThisServer, isoDay } from '../demo-clock.ts';
import type { PlannedContract, Step } from './contract-plan.ts';
import type { Desks } from './demo-keys.ts';
import { nextMidnight } from './next-midnight.ts';

const MS_PER_DAY = 86_400_000;

/** A clock that is moved goes on until everything due at the end of the contract has happened. */
const PAST_END_MS = 60_000;

/** More than a list needs to show a new entitlement. */
const LISTING_LAG_MS = 2_000;

const Entitlement = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  endDate: z.string(),
  endsAt: z.string().nullable(),
  renewsId: z.string().nullable(),
});
export type DemoEntitlement = z.infer<typeof Entitlement>;
const Entitlements = z.object({ items: z.array(Entitlement) });

const Renewal = z.object({ id: z.string(), entitlementId: z.string(), stage: z.string() });
const Renewals = z.object({ items: z.array(Renewal) });

const firstRenewalOf = (entitlementId: string) => `renewal/${entitlementId}/1`;

/** Makes the contracts of the plan and does to them what it says. Each request has a key, so a repeated one changes nothing. */
export class ContractPlayer {
  readonly #desks: Desks;
  readonly #temporal: { readonly connection: Connection; readonly namespace: string };
  #skipsTime = true;

  constructor(desks: Desks, temporal: { readonly connection: Connection; readonly namespace: string }) {
    this.#desks = desks;
    this.#temporal = temporal;
  }

  /** False as soon as the Temporal server has refused to skip time. */
  get skipsTime(): boolean {
    return this.#skipsTime;
  }

  /** The contract as an earlier play made it, or a new one, after the steps that come before its cases. */
  async make(contract: PlannedContract): Promise<DemoEntitlement> {
    const entitlement = (await this.#find(contract)) ?? (await this.#create(contract));
    for (const [index, step] of contract.before.entries()) await this.#take(contract, entitlement.id, step, index);
    return entitlement;
  }

  /** The steps that come after the cases. They end early when a step needs a server that skips time. */
  async finish(contract: PlannedContract, entitlementId: string): Promise<void> {
    for (const [index, step] of contract.after.entries())
      if (!(await this.#take(contract, entitlementId, step, contract.before.length + index))) return;
  }

  async #find({ customer, terms: { name } }: PlannedContract): Promise<DemoEntitlement | undefined> {
    const path = `/v1/entitlements?customerId=${customer.id}&limit=200`;
    const { items } = await this.#lead.call({ method: 'GET', path }, Entitlements);
    return items.find((one) => one.name === name && one.renewsId === null);
  }

  async #create(contract: PlannedContract): Promise<DemoEntitlement> {
    const body = { ...contract.terms, customerId: contract.customer.id, ...datesOf(contract) };
    const idempotencyKey = `${keyOf(contract)}:create`;
    try {
      return await this.#lead.call({ method: 'POST', path: '/v1/entitlements', body, idempotencyKey }, Entitlement);
    } catch (error) {
      // The key was used before with other dates: an earlier play made the contract, and it was not listed yet.
      if (!(error instanceof ApiRefusal && error.code === 'idempotency_conflict')) throw error;
      await sleep(LISTING_LAG_MS);
      const found = await this.#find(contract);
      if (found === undefined) throw error;
      return found;
    }
  }

  /** Whether the steps after this one can be taken. */
  async #take(contract: PlannedContract, id: string, step: Step, index: number): Promise<boolean> {
    const idempotencyKey = `${keyOf(contract)}:${index}-${step.kind}`;
    const command = (name: string, body: object = {}) =>
      this.#lead.call({ method: 'POST', path: `/v1/entitlements/${id}/${name}`, body, idempotencyKey }, Entitlement);
    const decide = async (name: string, body: (renewal: DemoEntitlement) => object) => {
      const renewal = await this.#renewal(id);
      const accountManager = this.#desks.at(DESK_NAMES[contract.customer.desk]);
      const path = `/v1/renewals/${renewal.id}/${name}`;
      await accountManager.call(
        { method: 'POST', path, body: body(await this.#read(id)), idempotencyKey },
        z.unknown(),
      );
    };
    switch (step.kind) {
      case 'activate':
      case 'set-default':
        await command(step.kind);
        return true;
      case 'cancel':
        await command('cancel', { reason: step.reason });
        return true;
      case 'top-up':
        await command('top-ups', { amount: step.amount, price: step.price, currency: 'EUR', reason: step.reason });
        return true;
      case 'renew': {
        const successor = await command('renew');
        if (step.isActivated) await this.#activate(successor.id, `${idempotencyKey}:activate`);
        return true;
      }
      case 'accept':
        await decide('accept', () => ({ reason: step.reason }));
        return true;
      case 'decline':
        await decide('decline', () => ({ reason: step.reason }));
        return true;
      case 'snooze':
        await decide('snooze', ({ endDate }) => ({
          until: isoDay(Date.parse(daysBefore(endDate, step.daysBeforeEnd))),
          reason: step.reason,
        }));
        return true;
      case 'pass-end':
        return await this.#passEnd(id);
      case 'lapse':
        return await this.#lapse(id);
    }
  }

  async #activate(id: string, idempotencyKey: string): Promise<void> {
    const path = `/v1/entitlements/${id}/activate`;
    await this.#lead.call({ method: 'POST', path, body: {}, idempotencyKey }, Entitlement);
  }

  async #passEnd(id: string): Promise<boolean> {
    const { status, endsAt } = await this.#read(id);
    if (status === 'active' && !(await this.#skipTo(endsAt, `entitlement/${id}`))) return false;
    await until(
      () => this.#read(id),
      (read) => read.status === 'expired',
      (read) => `${id} is still ${read.status} after its end.`,
    );
    return true;
  }

  async #lapse(id: string): Promise<boolean> {
    const { stage } = await this.#renewal(id);
    const { endsAt } = await this.#read(id);
    if (stage === 'open' && !(await this.#skipTo(endsAt, firstRenewalOf(id)))) return false;
    await until(
      () => this.#renewal(id),
      (read) => read.stage !== 'open',
      (read) => `The renewal of ${id} is still ${read.stage} after its end.`,
    );
    return true;
  }

  /** Moves one workflow's clock a little past the end; false if the server cannot, so that the end comes by itself. */
  async #skipTo(endsAt: string | null, workflowId: string): Promise<boolean> {
    const aheadMs = endsAt === null ? Number.NaN : Date.parse(endsAt) - Date.now();
    if (Number.isNaN(aheadMs)) throw new ActionableError(`${workflowId} has no end to move to.`);
    if (aheadMs > MS_PER_DAY) throw new ActionableError(`${workflowId} does not end within a day.`);
    const { connection, namespace } = this.#temporal;
    try {
      await fastForward(connection, namespace, workflowId, Math.max(aheadMs, 0) + PAST_END_MS, { alone: true });
      return true;
    } catch (error) {
      if (!isNotForThisServer(error)) throw error;
      this.#skipsTime = false;
      return false;
    }
  }

  #read(id: string): Promise<DemoEntitlement> {
    return this.#lead.call({ method: 'GET', path: `/v1/entitlements/${id}` }, Entitlement);
  }

  /** The first renewal of the contract, as soon as it has begun. */
  async #renewal(entitlementId: string): Promise<z.infer<typeof Renewal>> {
    const path = `/v1/renewals?entitlementId=${entitlementId}`;
    const found = await until(
      async () => (await this.#lead.call({ method: 'GET', path }, Renewals)).items[0],
      (renewal) => renewal !== undefined,
      () => `The renewal of ${entitlementId} has not begun.`,
    );
    if (found === undefined) throw new ActionableError(`${entitlementId} has no renewal.`);
    return found;
  }

  get #lead(): ApiClient {
    return this.#desks.at('Support lead');
  }
}

const DESK_NAMES = { north: 'Accounts North', south: 'Accounts South', east: 'Accounts East' } as const;

const keyOf = ({ customer, part }: PlannedContract): string => `${customer.id}:${part}`;

function datesOf({ startsIn, endsIn, endsAtNextMidnight = false }: PlannedContract): object {
  const dayIn = (days: number) => isoDay(Date.now() + days * MS_PER_DAY);
  if (!endsAtNextMidnight) return { startDate: dayIn(startsIn), endDate: dayIn(endsIn) };
  const { timeZone, today } = nextMidnight(new Date());
  return { startDate: isoDay(Date.parse(today) + startsIn * MS_PER_DAY), endDate: today, timeZone };
}
