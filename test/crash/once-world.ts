import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { inject } from 'vitest';
import type { Sql } from '../../db/postgres/sql.ts';
import { applyCaseEvents, caseSignals } from '../../workflows/entitlements/case-messages.ts';
import type { WireCaseEvent } from '../../workflows/entitlements/wire-case-event.ts';
import { aCustomer, anActive, ask } from '../support/api-client.ts';
import { temporal, workflowOf } from '../support/temporal.ts';
import { unique } from '../support/unique.ts';
import { type Death, MortalApi } from './mortal-api.ts';
import { type Asked, type Told, VIEW } from './once-answers.ts';
import { faultsOf } from './once-faults.ts';
import { eventOf, type Records, requestOf } from './once-requests.ts';
import { CASES, ENTITLEMENTS, type Step, type Way, type Wish } from './once-story.ts';

/** A signal is decided within this, mostly; one that leaves no row is not waited for any longer. */
const SIGNAL_MS = 400;
const POLL_MS = 20;
/** A few entitlements and cases of one customer, asked by APIs that die; and what each key was answered. */
export class OnceWorld {
  readonly #sql: Sql;
  readonly #records: Records;
  readonly #asked: Asked[] = [];
  /** The keys of attaches that a Temporal client sent, by the number of the case. */
  readonly #attachedByTemporal = new Map<number, string>();
  #api: MortalApi;

  private constructor(sql: Sql, records: Records, api: MortalApi) {
    this.#sql = sql;
    this.#records = records;
    this.#api = api;
  }

  static async create(sql: Sql): Promise<OnceWorld> {
    const customerId = await aCustomer();
    const slaId = unique('sla');
    await ask('PUT', `/v1/slas/${slaId}`, {
      name: 'Fast',
      firstResponseMinutes: 30,
      resolutionMinutes: 240,
      calendar: { kind: '24x7' },
    });
    const channels = [
      { channel: 'web', totalTerm: 3 },
      { channel: 'phone', totalTerm: 2 },
    ];
    const kinds: Record<string, unknown>[] = [
      { totalTerm: 3, channels },
      { totalTerm: 300, allocationType: 'hours', decreaseRemainingOn: 'resolution', slaId },
      { totalTerm: 200, allocationType: 'hours', decreaseRemainingOn: 'creation', restrict: false },
    ];
    const made = await Promise.all(kinds.slice(0, ENTITLEMENTS).map((kind) => anActive(customerId, kind)));
    const cases = Array.from({ length: CASES }, () => unique('case'));
    const records = { customerId, cases, entitlements: made.map(({ id }) => id) };
    return new OnceWorld(sql, records, await MortalApi.start(sql, temporal));
  }

  /** How many answers the story has brought that `faults` compares. */
  get answers(): number {
    return this.#asked.reduce((sum, { told }) => sum + told.length, 0);
  }

  async end(): Promise<void> {
    await this.#api.stop();
  }

  async take(step: Step): Promise<void> {
    if (step.do === 'together') {
      await Promise.all(step.steps.map((each) => this.#single(each)));
    } else await this.#single(step);
    if (!this.#api.isDead) return this.#api.spare();
    await this.#api.stop();
    this.#api = await MortalApi.start(this.#sql, temporal);
  }

  async #single(step: Exclude<Step, { do: 'together' }>): Promise<void> {
    const asked = step.do === 'ask' ? this.#newly(step.wish) : this.#asked[step.of % Math.max(1, this.#asked.length)];
    if (asked !== undefined) await this.#ask(asked, step.way, step.death);
  }

  #newly(wish: Wish): Asked {
    const asked = { wish, key: unique(wish.kind), told: [] };
    this.#asked.push(asked);
    return asked;
  }

  async #ask(asked: Asked, way: Way, death: Death | null): Promise<void> {
    if (death !== null) this.#api.dieAt(death);
    const isWritten = await this.#isWritten(asked.key);
    const told = await this.#told(asked, way).catch((error: unknown) => {
      // A dead API cuts its callers off, and a workflow refuses an event that it cannot take: there is no answer then.
      if (this.#api.isDead || error instanceof WorkflowUpdateFailedError) return undefined;
      throw error;
    });
    if (told === undefined) return;
    // What is refused without a row is not kept: the same key may come again.
    if (told.outcome === 'refused' && told.seq === null) return;
    asked.told.push(told);
    if (!isWritten && told.repeated === true && way.by !== 'update') await this.#expectNoGap(asked.key);
  }

  async #told(asked: Asked, way: Way): Promise<Told | undefined> {
    const { wish, key } = asked;
    if (wish.kind === 'attach' && !(await this.#mayAttach(wish, key, way))) return undefined;
    const event = eventOf(this.#records, wish, key);
    switch (way.by) {
      case 'route':
      case 'async':
        return await this.#byRoute(wish, key, way.by === 'async');
      case 'list': {
        if (event === undefined) return await this.#byRoute(wish, key, false);
        const to =
          wish.kind === 'attach' && wish.to !== null ? { entitlementId: this.#records.entitlements[wish.to] } : {};
        const { status, body } = await this.#http('POST', '/v1/case-events', { events: [{ ...event, ...to }] });
        const [result] = (body.results ?? []) as Told[];
        return status === 200 && result !== undefined ? { ...result, way: 'list' } : undefined;
      }
      case 'signal':
      case 'update':
        return event === undefined ? undefined : await this.#byTemporal(wish, event, way);
    }
  }

  async #byRoute(wish: Wish, key: string, isAsync: boolean): Promise<Told | undefined> {
    const { method, path, body } = requestOf(this.#records, wish);
    const mayBeAsync =
      wish.kind !== 'move' && wish.kind !== 'decrement' && !(wish.kind === 'attach' && wish.to === null);
    const prefer: Record<string, string> = isAsync && mayBeAsync ? { prefer: 'respond-async' } : {};
    const answer = await this.#http(method, path, body, { 'idempotency-key': key, ...prefer });
    if (answer.status === 202) return await this.#soonWritten(key);
    if (answer.status >= 500) return undefined;
    const { seq, change, remainingTerm, code, repeated } = answer.body as Record<string, never>;
    if (answer.status >= 400)
      return { way: 'route', outcome: 'refused', seq: seq ?? null, code, repeated: repeated ?? false };
    const view = Object.fromEntries(VIEW.map((field) => [field, answer.body[field]]));
    return {
      way: 'route',
      outcome: 'accepted',
      seq: seq ?? null,
      code: undefined,
      change: change ?? 0,
      remainingTerm: remainingTerm ?? null,
      view,
    };
  }

  async #byTemporal(wish: Wish, event: WireCaseEvent, way: Extract<Way, { at: number | null }>) {
    const id = await this.#target(wish, event, way);
    if (id === undefined) return undefined;
    if (way.by === 'signal') {
      if (!isSignal(event)) return undefined;
      const { kind, ...content } = event;
      await workflowOf(id).signal(caseSignals[kind].name, content);
      return await this.#soonWritten(event.key);
    }
    const { results } = await workflowOf(id).executeUpdate(applyCaseEvents, { args: [{ events: [event] }] });
    const [result] = results;
    if (result === undefined) return undefined;
    const { outcome, seq, code, repeated, entitlementId: elsewhere } = result;
    return { way: 'update', outcome, seq, code, repeated, entitlementId: elsewhere === undefined ? id : elsewhere };
  }

  /**
   * Two case systems that attach one case to two workflows at once, past the API, each get an answer before the
   * database says who was first, and one of the answers comes to nothing. That is no retry, so it is left out: a
   * Temporal client attaches a case only when nobody else has asked for it, and whoever asks later waits until that is
   * written.
   */
  async #mayAttach(wish: Wish, key: string, { by }: Way): Promise<boolean> {
    const isByTemporal = by === 'signal' || by === 'update';
    const first = this.#asked.find((each) => each.wish.kind === 'attach' && each.wish.case === wish.case);
    if (first === undefined || first.key === key) {
      if (isByTemporal) this.#attachedByTemporal.set(wish.case, key);
      return true;
    }
    if (isByTemporal) return await this.#isWritten(key);
    const earlier = this.#attachedByTemporal.get(wish.case);
    if (earlier !== undefined && earlier !== key) await this.#soonWritten(earlier);
    return true;
  }

  /**
   * The workflow that is told. An attach to a workflow names that entitlement, so before it has been decided it goes
   * where the wish says; everything else may also come to an entitlement that does not have the case.
   */
  async #target(
    wish: Wish,
    { key, caseId }: WireCaseEvent,
    { at }: { at: number | null },
  ): Promise<string | undefined> {
    if (wish.kind === 'attach' && !(await this.#isWritten(key)))
      return wish.to === null ? undefined : this.#records.entitlements[wish.to];
    if (at !== null) return this.#records.entitlements[at];
    const [record] = await this.#sql<{ id: string | null }[]>`
      select entitlement_id as id from cases where id = ${caseId}`;
    return record?.id ?? this.#records.entitlements[0];
  }

  async #soonWritten(key: string): Promise<undefined> {
    const until = performance.now() + SIGNAL_MS;
    while (performance.now() < until && !(await this.#isWritten(key))) await sleep(POLL_MS);
    return undefined;
  }

  async #isWritten(key: string): Promise<boolean> {
    const rows = await this.#sql`
      select from ledger where key = ${key} union all select from unattached_events where key = ${key}`;
    return rows.length > 0;
  }

  async #http(method: string, path: string, body: object, headers: Record<string, string> = {}) {
    const response = await fetch(this.#api.url + path, {
      method,
      headers: { authorization: `Bearer ${inject('apiKey')}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
  }

  /** The rows up to that of the key are all there. */
  async #expectNoGap(key: string): Promise<void> {
    const gaps = await this.#sql`
      select k.entitlement_id, k.seq from ledger k
      where k.key = ${key} and k.seq <> (
        select count(*) from ledger l where l.entitlement_id = k.entitlement_id and l.seq <= k.seq)`;
    if (gaps.length > 0)
      throw new Error(`${key} was answered again, and the ledger has a gap: ${JSON.stringify(gaps)}`);
  }

  /** Everything that is wrong at the end, once all is written. */
  faults(): Promise<readonly string[]> {
    return faultsOf(this.#sql, this.#records, this.#asked);
  }
}

const isSignal = (event: WireCaseEvent): event is Extract<WireCaseEvent, { kind: keyof typeof caseSignals }> =>
  Object.hasOwn(caseSignals, event.kind);
