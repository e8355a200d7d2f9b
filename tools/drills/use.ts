import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Installation } from './installation.ts';

const MS_PER_DAY = 86_400_000;
const day = (days: number): string => new Date(Date.now() + days * MS_PER_DAY).toISOString().slice(0, 10);
const unique = (what: string): string => `${what}-${randomUUID().slice(0, 8)}`;

/** A request that was answered with success. */
export interface Acknowledged {
  /** By the clock of this process, when the answer had come. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly body: object | undefined;
  readonly key: string;
  /** `event`: about a case of an entitlement; `signal`: accepted, and decided later; `contract`: a new entitlement. */
  readonly kind: 'event' | 'signal' | 'alone' | 'contract' | 'customer';
  /** The entitlement or customer, for those kinds. */
  readonly id?: string;
  readonly answer: Answer;
}

export interface Contract {
  readonly id: string;
  readonly customerId: string;
}

/** The contracts that a drill begins with. */
export interface Contracts {
  readonly used: readonly Contract[];
  /** Ends in twenty days, with a renewal under way. */
  readonly renewing: Contract;
  /** Ends in ten days. */
  readonly ending: Contract & { readonly endsAt: string };
  /** Starts in ten days. */
  readonly waiting: Contract & { readonly startsAt: string };
}

const CUSTOMERS = 3;
const CONTRACTS_OF_CUSTOMER = 2;
const TERM = 100_000;

async function aContract(installation: Installation, customerId: string, more: object): Promise<Contract> {
  const body = { name: 'Drill', customerId, allocationType: 'cases', totalTerm: TERM, ...more };
  const { id } = await installation.must(201, 'POST', '/v1/entitlements', body, unique('key'));
  await installation.must(200, 'POST', `/v1/entitlements/${String(id)}/activate`);
  return { id: String(id), customerId };
}

const aCustomer = async (installation: Installation): Promise<string> => {
  const id = unique('customer');
  await installation.must(201, 'PUT', `/v1/customers/${id}`, { type: 'account', name: `Customer ${id}` });
  return id;
};

/** Customers with two contracts each; one that is being renewed, one that ends soon, and one that waits for its start. */
export async function makeContracts(installation: Installation): Promise<Contracts> {
  const used: Contract[] = [];
  for (let n = 0; n < CUSTOMERS; n += 1) {
    const customerId = await aCustomer(installation);
    for (let m = 0; m < CONTRACTS_OF_CUSTOMER; m += 1)
      used.push(await aContract(installation, customerId, { startDate: day(-10), endDate: day(300) }));
  }
  const renewalPolicy = { noticeDays: 60, reminderDays: 18, escalationDays: 5 };
  const renewing = await aContract(installation, await aCustomer(installation), {
    startDate: day(-10),
    endDate: day(20),
    renewalPolicy,
  });
  // Without a renewal: the clock of a workflow cannot be moved while a child of it waits.
  const ending = await aContract(installation, await aCustomer(installation), {
    startDate: day(-10),
    endDate: day(10),
    renewalPolicy: null,
  });
  const waiting = await aContract(installation, await aCustomer(installation), {
    startDate: day(10),
    endDate: day(300),
  });
  const { startsAt } = await installation.must(200, 'GET', `/v1/entitlements/${waiting.id}`);
  const { endsAt } = await installation.must(200, 'GET', `/v1/entitlements/${ending.id}`);
  return {
    used,
    renewing,
    ending: { ...ending, endsAt: String(endsAt) },
    waiting: { ...waiting, startsAt: String(startsAt) },
  };
}

/** Callers who use an installation at the same time, and note what was acknowledged. */
export class Use {
  readonly acknowledged: Acknowledged[] = [];
  private readonly installation: Installation;
  private readonly contracts: Contracts;
  private isOver = false;
  private readonly callers: Promise<void>[] = [];

  constructor(installation: Installation, contracts: Contracts, callers: number) {
    this.installation = installation;
    this.contracts = contracts;
    for (let n = 0; n < callers; n += 1) this.callers.push(this.call(n));
  }

  /** No more requests begin; those under way may fail, as after a crash. */
  async end(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.callers);
  }

  private async call(caller: number): Promise<void> {
    for (let turn = caller; !this.isOver; turn += 1) {
      try {
        await this.oneCase(turn);
      } catch {
        // The installation was killed meanwhile: what was not acknowledged is not promised.
        if (!this.isOver) await sleep(50);
      }
    }
  }

  /** The life of a case: attached, then resolved, canceled, moved or left open; sometimes a new contract. */
  private async oneCase(turn: number): Promise<void> {
    const { used } = this.contracts;
    const contract = used[turn % used.length];
    if (contract === undefined) return;
    const { id: entitlementId, customerId } = contract;
    const caseId = unique('case');
    const about = `/v1/cases/${caseId}`;
    if (turn % 11 === 3) {
      await this.send('signal', 'POST', '/v1/cases', { id: caseId, customerId, entitlementId });
      return;
    }
    if (turn % 13 === 4) await this.newContract(customerId);
    await this.send('event', 'POST', '/v1/cases', { id: caseId, customerId, entitlementId });
    if (turn % 5 === 1) await this.send('event', 'POST', `${about}/resolve`, { minutes: 10 });
    if (turn % 5 === 2) await this.send('event', 'POST', `${about}/cancel`, {});
    const other = used.find((one) => one.customerId === customerId && one.id !== entitlementId);
    if (turn % 5 === 3 && other !== undefined) await this.send('event', 'PATCH', about, { entitlementId: other.id });
  }

  private async newContract(knownCustomer: string): Promise<void> {
    const customerId = Math.random() < 0.5 ? unique('customer') : knownCustomer;
    if (customerId !== knownCustomer) {
      const customer = { type: 'account', name: `Customer ${customerId}` };
      await this.send('customer', 'PUT', `/v1/customers/${customerId}`, customer, customerId);
    }
    const terms = { name: 'New', startDate: day(-1), endDate: day(300), allocationType: 'cases', totalTerm: 5 };
    const made = await this.send('contract', 'POST', '/v1/entitlements', { ...terms, customerId });
    if (made !== undefined) await this.send('contract', 'POST', `/v1/entitlements/${made}/activate`, undefined, made);
  }

  /** Sends a request once, and notes it if it was acknowledged. Answers the id in the answer. */
  private async send(
    kind: Acknowledged['kind'],
    method: string,
    path: string,
    body: object | undefined,
    about?: string,
  ): Promise<string | undefined> {
    const key = unique('key');
    const prefer = kind === 'signal' ? { prefer: 'respond-async' } : {};
    const answer = await this.installation.ask(method, path, body, { key, ...prefer });
    if (answer.status < 200 || answer.status > 202) return undefined;
    const id = about ?? (typeof answer.body.id === 'string' ? answer.body.id : undefined);
    this.acknowledged.push({
      at: Date.now(),
      method,
      path,
      body,
      key,
      kind,
      answer,
      ...(id === undefined ? {} : { id }),
    });
    return id;
  }
}
