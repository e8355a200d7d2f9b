import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import type { AllotClient } from '../../../client/client.ts';
import { ActionableError } from '../../../client/failure.ts';
import { ApiRefusal } from '../../../client/refusal.ts';
import type { components } from '../../../client/schema.d.ts';
import { fastForward } from '../../../dev/fast-forward.ts';
import { until } from '../../replay/until.ts';
import type { PlannedContract, Step } from './contract-plan.ts';
import { daysBefore, isNotForThisServer, isoDay } from './demo-clock.ts';
import type { Desks } from './demo-keys.ts';
import { nextMidnight } from './next-midnight.ts';

const MS_PER_DAY = 86_400_000;

/** A clock that is moved goes on until everything due at the end of the contract has happened. */
const PAST_END_MS = 60_000;

/** More than a list needs to show a new entitlement. */
const LISTING_LAG_MS = 2_000;

type Entitlement = components['schemas']['Entitlement'];
type Renewal = components['schemas']['Renewal'];

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
  async make(contract: PlannedContract): Promise<Entitlement> {
    const entitlement = (await this.#find(contract)) ?? (await this.#create(contract));
    for (const [index, step] of contract.before.entries()) await this.#take(contract, entitlement.id, step, index);
    return entitlement;
  }

  /** The steps that come after the cases. They end early when a step needs a server that skips time. */
  async finish(contract: PlannedContract, entitlementId: string): Promise<void> {
    for (const [index, step] of contract.after.entries())
      if (!(await this.#take(contract, entitlementId, step, contract.before.length + index))) return;
  }

  async #find({ customer, terms: { name } }: PlannedContract): Promise<Entitlement | undefined> {
    for await (const one of this.#lead.items('/v1/entitlements', { params: { query: { customerId: customer.id } } }))
      if (one.name === name && one.renewsId === null) return one;
    return undefined;
  }

  async #create(contract: PlannedContract): Promise<Entitlement> {
    const body = { ...contract.terms, customerId: contract.customer.id, ...datesOf(contract) };
    const header = { 'Idempotency-Key': `${keyOf(contract)}:create` };
    try {
      return await this.#lead.post('/v1/entitlements', { params: { header }, body });
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
    const key = `${keyOf(contract)}:${index}-${step.kind}`;
    const params = { path: { id }, header: { 'Idempotency-Key': key } };
    const lead = this.#lead;
    switch (step.kind) {
      case 'activate':
        await lead.post('/v1/entitlements/{id}/activate', { params, body: {} });
        return true;
      case 'set-default':
        await lead.post('/v1/entitlements/{id}/set-default', { params, body: {} });
        return true;
      case 'cancel':
        await lead.post('/v1/entitlements/{id}/cancel', { params, body: { reason: step.reason } });
        return true;
      case 'top-up': {
        const { amount, price, reason } = step;
        await lead.post('/v1/entitlements/{id}/top-ups', { params, body: { amount, price, currency: 'EUR', reason } });
        return true;
      }
      case 'renew': {
        const successor = await lead.post('/v1/entitlements/{id}/renew', { params, body: {} });
        if (step.isActivated) {
          const of = { path: { id: successor.id }, header: { 'Idempotency-Key': `${key}:activate` } };
          await lead.post('/v1/entitlements/{id}/activate', { params: of, body: {} });
        }
        return true;
      }
      case 'accept':
      case 'decline':
      case 'snooze':
        await this.#decide(contract, id, step, key);
        return true;
      case 'pass-end':
        return await this.#passEnd(id);
      case 'lapse':
        return await this.#lapse(id);
    }
  }

  /** What the account manager of the customer decides about the renewal. */
  async #decide(contract: PlannedContract, entitlementId: string, step: DecidingStep, key: string): Promise<void> {
    const { id } = await this.#renewal(entitlementId);
    const params = { path: { id }, header: { 'Idempotency-Key': key } };
    const accountManager = this.#desks.at(DESK_NAMES[contract.customer.desk]);
    const { reason } = step;
    if (step.kind === 'accept') {
      const changes = step.totalTerm === undefined ? {} : { changes: { totalTerm: step.totalTerm } };
      await accountManager.post('/v1/renewals/{id}/accept', { params, body: { reason, ...changes } });
    } else if (step.kind === 'decline') {
      await accountManager.post('/v1/renewals/{id}/decline', { params, body: { reason } });
    } else {
      const { endDate } = await this.#read(entitlementId);
      const until = isoDay(Date.parse(daysBefore(endDate, step.daysBeforeEnd)));
      await accountManager.post('/v1/renewals/{id}/snooze', { params, body: { until, reason } });
    }
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

  #read(id: string): Promise<Entitlement> {
    return this.#lead.get('/v1/entitlements/{id}', { params: { path: { id } } });
  }

  /** The first renewal of the contract, as soon as it has begun. */
  async #renewal(entitlementId: string): Promise<Renewal> {
    const params = { query: { entitlementId } };
    const found = await until(
      async () => (await this.#lead.get('/v1/renewals', { params })).items[0],
      (renewal) => renewal !== undefined,
      () => `The renewal of ${entitlementId} has not begun.`,
    );
    if (found === undefined) throw new ActionableError(`${entitlementId} has no renewal.`);
    return found;
  }

  get #lead(): AllotClient {
    return this.#desks.at('Support lead');
  }
}

type DecidingStep = Extract<Step, { readonly kind: 'accept' | 'decline' | 'snooze' }>;

const DESK_NAMES = { north: 'Accounts North', south: 'Accounts South', east: 'Accounts East' } as const;

const keyOf = ({ customer, part }: PlannedContract): string => `${customer.id}:${part}`;

function datesOf({ startsIn, endsIn, endsAtNextMidnight = false }: PlannedContract) {
  const dayIn = (days: number) => isoDay(Date.now() + days * MS_PER_DAY);
  if (!endsAtNextMidnight) return { startDate: dayIn(startsIn), endDate: dayIn(endsIn) };
  const { timeZone, today } = nextMidnight(new Date());
  return { startDate: isoDay(Date.parse(today) + startsIn * MS_PER_DAY), endDate: today, timeZone };
}
