import { randomUUID } from 'node:crypto';
import type { Connection } from '@temporalio/client';
import type { AllotClient } from '../../client/client.ts';
import { ActionableError } from '../../client/failure.ts';
import type { components } from '../../client/schema.d.ts';
import type { DemoContext } from '../../dev/demo-context.ts';
import { curl } from '../replay/summary.ts';
import { until } from '../replay/until.ts';
import { DemoClock, isNotForThisServer, isoDay, yearFrom } from './records/demo-clock.ts';

const DAYS_UNTIL_START = 30;
const TOTAL_CASES = 3;

/** A jump ends a little after the instant, when everything due at the instant has happened. */
const PAST_INSTANT_MS = 60_000;

/** A jump too short to matter: it shows whether the server can skip time at all. */
const PROBE_MS = 1_000;

type Entitlement = components['schemas']['Entitlement'];
type CaseEvent = components['schemas']['CaseEvent'];

/**
 * Takes one new entitlement from draft to renewed, and prints each step with its virtual date and the API's answer.
 * When the Temporal server cannot skip time, says so in one line and returns false.
 */
export async function liveThroughYear(
  client: AllotClient,
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
  readonly #client: AllotClient;
  readonly #connection: Connection;
  readonly #context: DemoContext;
  readonly #print: (line: string) => void;
  /** A new entitlement each time, because its year can pass only once. */
  readonly #id = `demo-${randomUUID().slice(0, 'xxxxxxxx'.length)}`;
  #entitlementId = '';
  #clock: DemoClock | undefined;

  constructor(client: AllotClient, connection: Connection, context: DemoContext, print: (line: string) => void) {
    this.#client = client;
    this.#connection = connection;
    this.#context = context;
    this.#print = print;
  }

  async createDraft(): Promise<Entitlement> {
    const customer = { type: 'account', name: 'Demo customer' } as const;
    await this.#client.put('/v1/customers/{id}', { params: { path: { id: this.#id } }, body: customer });
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
    } as const;
    const header = { 'Idempotency-Key': `${this.#id}:create` };
    const draft = await this.#client.post('/v1/entitlements', { params: { header }, body });
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
      if (isNotForThisServer(error)) return false;
      throw error;
    }
  }

  /** Gives a command and answers the entitlement, or for `renew` its successor. */
  async command(name: 'activate' | 'renew', what: string): Promise<Entitlement> {
    const params = { path: { id: this.#entitlementId }, header: { 'Idempotency-Key': `${this.#id}:${name}` } };
    const answer = await this.#client.post(`/v1/entitlements/{id}/${name}`, { params, body: {} });
    this.#say(
      what,
      `${answer.status}, ${answer.startDate} to ${answer.endDate}, ${casesOf(answer.remainingTerm)} left`,
    );
    return answer;
  }

  async attach(name: string, when: string): Promise<void> {
    const of = { customerId: this.#id, entitlementId: this.#entitlementId };
    const event = { kind: 'attach', ...of, ...this.#keyed(name, 'attach'), title: `Demo ${name}` } as const;
    await this.#event(event, `attach ${name}, ${when}`);
  }

  async resolve(name: string): Promise<void> {
    await this.#event({ kind: 'resolve', ...this.#keyed(name, 'resolve'), minutes: 45 }, `resolve ${name}`);
  }

  /** Moves the entitlement's clock past an instant and waits until it has reached the expected status by itself. */
  async forwardPast(instant: string | null, status: string): Promise<void> {
    await this.#its.goTo(instant, PAST_INSTANT_MS);
    const answer = await this.#untilStatus(status);
    this.#say(`fast-forward past ${instant}: by itself`, `${answer.status}, ${casesOf(answer.remainingTerm)} left`);
  }

  get #its(): DemoClock {
    if (this.#clock === undefined) throw new ActionableError('The entitlement does not exist yet, so it has no clock.');
    return this.#clock;
  }

  #keyed(name: string, kind: CaseEvent['kind']) {
    const caseId = `${this.#id}:${name}`;
    return { caseId, key: `${caseId}:${kind}` };
  }

  async #event(event: CaseEvent, what: string): Promise<void> {
    const { results } = await this.#client.post('/v1/case-events', { body: { events: [event] } });
    const [result] = results;
    if (result === undefined) throw new ActionableError(`The API did not answer the event ${event.key}.`);
    const { outcome, code, remainingTerm } = result;
    const left = remainingTerm === null ? '' : `, ${casesOf(remainingTerm)} left`;
    this.#say(what, `${outcome}${code === undefined ? '' : ` (${code})`}${left}`);
  }

  #untilStatus(status: string): Promise<Entitlement> {
    return until(
      () => this.#client.get('/v1/entitlements/{id}', { params: { path: { id: this.#entitlementId } } }),
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
