import { randomUUID } from 'node:crypto';
import { type Connection, isGrpcServiceError } from '@temporalio/client';
import { z } from 'zod';
import type { ApiClient } from '../../client/api-client.ts';
import { ActionableError } from '../../client/failure.ts';
import type { DemoContext } from '../../dev/demo-context.ts';
import { EventResults } from '../replay/play.ts';
import { EntitlementAnswer } from '../replay/setup.ts';
import { curl } from '../replay/summary.ts';
import { until } from '../replay/until.ts';
import { DemoClock, isoDay, yearFrom } from './demo-clock.ts';

const DAYS_UNTIL_START = 30;
const TOTAL_CASES = 3;

/** A jump ends a little after the instant, when everything due at the instant has happened. */
const PAST_INSTANT_MS = 60_000;

/** A jump too short to matter: it shows whether the server can skip time at all. */
const PROBE_MS = 1_000;

/** gRPC codes of a server that cannot do this: invalid argument, failed precondition, unimplemented. */
const NOT_FOR_THIS_SERVER: ReadonlySet<number> = new Set([3, 9, 12]);

export const YearEntitlement = EntitlementAnswer.extend({
  startDate: z.string(),
  endDate: z.string(),
  startsAt: z.string().nullable(),
  endsAt: z.string().nullable(),
});
export type YearEntitlement = z.infer<typeof YearEntitlement>;

/**
 * Takes one new entitlement from draft to renewed, and prints each step with its virtual date and the API's answer.
 * When the Temporal server cannot skip time, says so in one line and returns false.
 */
export async function liveThroughYear(
  client: ApiClient,
  connection: Connection,
  context: DemoContext,
  print: (line: string) => void,
): Promise<boolean> {
  const year = new DemoYear(client, connection, context, print);
  print('\nOne entitlement through its year: its clock is moved forward, the rest of the system stays in today.\n');
  const draft = await year.createDraft();
  if (!(await year.canSkipTime())) {
    print(
      '  This Temporal server does not allow time skipping, so the year is not shown (the server of `npm start` allows it).',
    );
    return false;
  }
  await year.attach('case-1', 'while it is a draft');
  const waiting = await year.command('activate', 'activated, its start lies ahead');
  await year.attach('case-2', 'before its start');
  await year.forwardPast(waiting.startsAt, 'active');
  for (const name of ['case-3', 'case-4', 'case-5', 'case-6']) await year.attach(name, `one of ${TOTAL_CASES} cases`);
  await year.resolve('case-3');
  await year.forwardPast(waiting.endsAt, 'expired');
  await year.attach('case-7', 'after its end');
  const successor = await year.command('renew', 'renewed: its successor');
  for (const line of lookAt(client.url, context, draft.id, successor.id)) print(line);
  return true;
}

class DemoYear {
  readonly #client: ApiClient;
  readonly #connection: Connection;
  readonly #context: DemoContext;
  readonly #print: (line: string) => void;
  /** A new entitlement each time, because its year can pass only once. */
  readonly #id = `demo-${randomUUID().slice(0, 'xxxxxxxx'.length)}`;
  #entitlementId = '';
  #clock: DemoClock | undefined;

  constructor(client: ApiClient, connection: Connection, context: DemoContext, print: (line: string) => void) {
    this.#client = client;
    this.#connection = connection;
    this.#context = context;
    this.#print = print;
  }

  async createDraft(): Promise<YearEntitlement> {
    const customer = {
      method: 'PUT',
      path: `/v1/customers/${this.#id}`,
      body: { type: 'account', name: 'Demo customer' },
    } as const;
    await this.#client.call(customer, z.unknown());
    const body = {
      name: `A year of ${this.#id}`,
      customerId: this.#id,
      ...yearFrom(DAYS_UNTIL_START),
      timeZone: 'UTC',
      allocationType: 'cases',
      totalTerm: TOTAL_CASES,
      decreaseRemainingOn: 'creation',
      restrict: true,
      // Renewed by hand here; the demonstration after this one shows the automatic renewal.
      renewalPolicy: null,
    };
    const call = { method: 'POST', path: '/v1/entitlements', body, idempotencyKey: `${this.#id}:create` } as const;
    const draft = await this.#client.call(call, YearEntitlement);
    this.#entitlementId = draft.id;
    const { namespace } = this.#context;
    this.#clock = new DemoClock({ connection: this.#connection, namespace, entitlementId: draft.id });
    this.#say(`created, ${draft.startDate} to ${draft.endDate}, ${draft.totalTerm} cases`, draft.status);
    return draft;
  }

  async canSkipTime(): Promise<boolean> {
    try {
      await this.#its.skip(PROBE_MS);
      return true;
    } catch (error) {
      if (isGrpcServiceError(error) && NOT_FOR_THIS_SERVER.has(error.code)) return false;
      throw error;
    }
  }

  /** Gives a command and answers the entitlement, or for `renew` its successor. */
  async command(name: 'activate' | 'renew', what: string): Promise<YearEntitlement> {
    const call = {
      method: 'POST',
      path: `${this.#path}/${name}`,
      body: {},
      idempotencyKey: `${this.#id}:${name}`,
    } as const;
    const answer = await this.#client.call(call, YearEntitlement);
    this.#say(
      what,
      `${answer.status}, ${answer.startDate} to ${answer.endDate}, ${casesOf(answer.remainingTerm)} left`,
    );
    return answer;
  }

  async attach(name: string, when: string): Promise<void> {
    const attach = { kind: 'attach', customerId: this.#id, entitlementId: this.#entitlementId, title: `Demo ${name}` };
    await this.#event(name, attach, `attach ${name}, ${when}`);
  }

  async resolve(name: string): Promise<void> {
    await this.#event(name, { kind: 'resolve', minutes: 45 }, `resolve ${name}`);
  }

  /** Moves the entitlement's clock past an instant and waits until it has reached the expected status by itself. */
  async forwardPast(instant: string | null, status: string): Promise<void> {
    await this.#its.goTo(instant, PAST_INSTANT_MS);
    const answer = await this.#untilStatus(status);
    this.#say(`fast-forward past ${instant}: by itself`, `${answer.status}, ${casesOf(answer.remainingTerm)} left`);
  }

  get #path(): string {
    return `/v1/entitlements/${encodeURIComponent(this.#entitlementId)}`;
  }

  get #its(): DemoClock {
    if (this.#clock === undefined) throw new ActionableError('The entitlement does not exist yet, so it has no clock.');
    return this.#clock;
  }

  async #event(name: string, event: object, what: string): Promise<void> {
    const caseId = `${this.#id}:${name}`;
    const events = [{ ...event, caseId, key: `${caseId}:${what.split(' ')[0]}` }];
    const { results } = await this.#client.call(
      { method: 'POST', path: '/v1/case-events', body: { events } },
      EventResults,
    );
    const { outcome, code, remainingTerm } = results[0] ?? { outcome: 'not answered' };
    const left = remainingTerm === undefined || remainingTerm === null ? '' : `, ${casesOf(remainingTerm)} left`;
    this.#say(what, `${outcome}${code === undefined || code === null ? '' : ` (${code})`}${left}`);
  }

  #untilStatus(status: string): Promise<YearEntitlement> {
    return until(
      () => this.#client.call({ method: 'GET', path: this.#path }, YearEntitlement),
      (answer) => answer.status === status,
      (answer) => `${this.#entitlementId} is still ${answer.status}, and should have become ${status} by itself.`,
    );
  }

  #say(what: string, answer: string): void {
    this.#print(`  ${isoDay(this.#clock?.now() ?? Date.now())}  ${what} → ${answer}`);
  }
}

function lookAt(apiUrl: string, context: DemoContext, entitlementId: string, successorId: string): string[] {
  const path = `/v1/entitlements/${encodeURIComponent(entitlementId)}`;
  const workflow = encodeURIComponent(`entitlement/${entitlementId}`);
  const ui = context.temporalUiUrl;
  return [
    '',
    'Where to look:',
    curl(apiUrl, path),
    curl(apiUrl, `${path}/ledger`),
    curl(apiUrl, `/v1/entitlements/${encodeURIComponent(successorId)}`),
    ...(ui === undefined
      ? []
      : [`  ${ui}/namespaces/${context.namespace}/workflows/${workflow} shows the workflow's whole life`]),
  ];
}

export const casesOf = (count: number | null): string => (count === 1 ? '1 case' : `${count} cases`);
