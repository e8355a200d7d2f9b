import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import { differencesOf } from '../../bin/reconcile/reconcile.ts';
import { streamStrayCases } from '../../db/ledger/reconcile.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { entitlementId } from '../../domain/ids.ts';
import { applyCaseEvents, caseSignals } from '../../workflows/entitlements/case-messages.ts';
import type { WireCaseEvent } from '../../workflows/entitlements/wire-case-event.ts';
import { aCustomer, anActive, ask, unique } from '../system/api-client.ts';
import { Clock, stateOf, temporal, workflowOf } from '../system/temporal.ts';
import { type Death, MortalApi } from './mortal-api.ts';
import { CASES, ENTITLEMENTS, type Step, type Way, type Wish } from './once-story.ts';

/** What a key was answered, as far as the way of asking tells it. */
interface Told {
  readonly way: string;
  readonly outcome: 'accepted' | 'refused';
  readonly seq: number | null;
  readonly code: string | undefined;
  readonly entitlementId?: string | null;
  readonly change?: number;
  readonly remainingTerm?: number | null;
  /** The case after the event. */
  readonly view?: Readonly<Record<string, unknown>>;
  readonly repeated?: boolean;
}

interface Asked {
  readonly wish: Wish;
  readonly key: string;
  readonly told: Told[];
}

/** A signal is decided within this, mostly; one that leaves no row is not waited for any longer. */
const SIGNAL_MS = 400;
const POLL_MS = 20;
/** Longer than a workflow leaves a row to its sender. */
const UNCONFIRMED_MS = 45_000;
const SETTLED_WITHIN_MS = 60_000;
const VIEW = [
  'status',
  'minutes',
  'channel',
  'decrementEntitlementTerm',
  'customerId',
  'entitlementId',
  'entitlementReason',
  'entitlementExplanation',
  'slaId',
  'firstResponseDueAt',
  'resolutionDueAt',
] as const;

/** A few entitlements and cases of one customer, asked by APIs that die; and what each key was answered. */
export class OnceWorld {
  readonly #sql: Sql;
  readonly #customerId: string;
  readonly #entitlements: readonly string[];
  readonly #cases = Array.from({ length: CASES }, () => unique('case'));
  readonly #asked: Asked[] = [];
  /** The keys of attaches that a Temporal client sent, by the number of the case. */
  readonly #attachedByTemporal = new Map<number, string>();
  #api: MortalApi;

  private constructor(sql: Sql, customerId: string, entitlements: readonly string[], api: MortalApi) {
    this.#sql = sql;
    this.#customerId = customerId;
    this.#entitlements = entitlements;
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
    return new OnceWorld(
      sql,
      customerId,
      made.map(({ id }) => id),
      await MortalApi.start(sql, temporal),
    );
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
    const told = await this.#told(asked, way).catch(() => undefined);
    if (told === undefined) return;
    // What is refused without a row is not kept: the same key may come again.
    if (told.outcome === 'refused' && told.seq === null) return;
    asked.told.push(told);
    if (!isWritten && told.repeated === true && way.by !== 'update') await this.#expectNoGap(asked.key);
  }

  async #told(asked: Asked, way: Way): Promise<Told | undefined> {
    const { wish, key } = asked;
    if (wish.kind === 'attach' && !(await this.#mayAttach(wish, key, way))) return undefined;
    const event = this.#event(wish, key);
    switch (way.by) {
      case 'route':
      case 'async':
        return await this.#byRoute(wish, key, way.by === 'async');
      case 'list': {
        if (event === undefined) return await this.#byRoute(wish, key, false);
        const to = wish.kind === 'attach' && wish.to !== null ? { entitlementId: this.#entitlements[wish.to] } : {};
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
    const { method, path, body } = this.#route(wish);
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
   * Two case systems that attach one case to two workflows at once, past the API, each get an answer before the database
   * says who was first, and one of the answers comes to nothing. That is no retry, so it is left out: a Temporal client
   * attaches a case only when nobody else has asked for it, and whoever asks later waits until that is written.
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
   * The workflow that is told. An attach to a workflow names that entitlement, so before it has been decided it goes where the
   * wish says; everything else may also come to an entitlement that does not have the case.
   */
  async #target(
    wish: Wish,
    { key, caseId }: WireCaseEvent,
    { at }: { at: number | null },
  ): Promise<string | undefined> {
    if (wish.kind === 'attach' && !(await this.#isWritten(key)))
      return wish.to === null ? undefined : this.#entitlements[wish.to];
    if (at !== null) return this.#entitlements[at];
    const [record] = await this.#sql<{ id: string | null }[]>`
      select entitlement_id as id from cases where id = ${caseId}`;
    return record?.id ?? this.#entitlements[0];
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

  #event(wish: Wish, key: string): Exclude<WireCaseEvent, { kind: 'detach' }> | undefined {
    const base = { key, caseId: this.#caseOf(wish) };
    switch (wish.kind) {
      case 'attach':
        return { kind: 'attach', ...base, ...this.#facts(wish) };
      case 'update':
        return { kind: 'update', ...base, ...wish.change };
      case 'resolve':
        return { kind: 'resolve', ...base, minutes: wish.minutes };
      case 'move':
        return undefined;
      default:
        return { kind: wish.kind, ...base };
    }
  }

  #route(wish: Wish): { method: string; path: string; body: object } {
    const path = `/v1/cases/${this.#caseOf(wish)}`;
    const named = (to: number | null) => (to === null ? null : this.#entitlements[to]);
    switch (wish.kind) {
      case 'attach': {
        const to = wish.to === null ? {} : { entitlementId: named(wish.to) };
        return { method: 'POST', path: '/v1/cases', body: { id: this.#caseOf(wish), ...this.#facts(wish), ...to } };
      }
      case 'update':
        return { method: 'PATCH', path, body: wish.change };
      case 'move':
        return { method: 'PATCH', path, body: { entitlementId: named(wish.to) } };
      case 'resolve':
        return { method: 'POST', path: `${path}/resolve`, body: { minutes: wish.minutes } };
      default:
        return { method: 'POST', path: `${path}/${wish.kind}`, body: {} };
    }
  }

  #facts({ channel }: Extract<Wish, { kind: 'attach' }>) {
    return { customerId: this.#customerId, minutes: 20, ...(channel === null ? {} : { channel }) };
  }

  #caseOf = (wish: Wish): string => this.#cases[wish.case] ?? '';

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
  async faults(): Promise<readonly string[]> {
    await this.#settle();
    return [...(await this.#keysTwice()), ...(await this.#answers()), ...(await this.#differences())];
  }

  async #settle(): Promise<void> {
    const deadline = performance.now() + SETTLED_WITHIN_MS;
    for (let isSettled = false; !isSettled; ) {
      const waiting = await this.#unwritten();
      isSettled = waiting.length === 0;
      await Promise.all(waiting.map((id) => new Clock(id).skip(UNCONFIRMED_MS)));
      for (let n = 0; n < 50 && (await this.#unwritten()).length > 0; n++) await sleep(POLL_MS);
      if (!isSettled && performance.now() > deadline) throw new Error('The rows are not written.');
    }
  }

  async #unwritten(): Promise<string[]> {
    const states = await Promise.all(this.#entitlements.map((id) => stateOf(id)));
    return this.#entitlements.filter((_id, n) => (states[n]?.unconfirmedRows ?? 0) > 0);
  }

  async #keysTwice(): Promise<string[]> {
    const keys = this.#asked.map(({ key }) => key);
    const twice = await this.#sql<{ key: string; places: string[] }[]>`
      select key, array_agg(place) as places from (
        select key, entitlement_id || ' ' || seq as place from ledger where key = any(${keys}) and not exists (
          select from ledger lost where lost.entitlement_id = ledger.entitlement_id
            and lost.key = 'lost:' || ledger.case_id || ':' || ledger.seq)
        union all
        select key, 'without an entitlement' from unattached_events where key = any(${keys})) as found
      group by key having count(*) > 1`;
    return twice.map(({ key, places }) => `${key} counts twice: ${places.join(', ')}`);
  }

  async #answers(): Promise<string[]> {
    const faults: string[] = [];
    for (const { key, told } of this.#asked) {
      const [first] = told;
      if (first === undefined) continue;
      const rows = await this.#sql<Row[]>`
        select entitlement_id as "entitlementId", seq, change, remaining_after as "remainingTerm", refusal,
          case_after as "after"
        from ledger where key = ${key} and not exists (
          select from ledger lost where lost.entitlement_id = ledger.entitlement_id
            and lost.key = 'lost:' || ledger.case_id || ':' || ledger.seq)`;
      for (const each of told) {
        const wrong = differsFromRow(each, rows) ?? differing(first, each);
        if (wrong !== undefined) faults.push(`${key}: ${wrong}: ${JSON.stringify({ first, each, rows })}`);
      }
    }
    return faults;
  }

  async #differences(): Promise<string[]> {
    const faults: string[] = [];
    for (const id of this.#entitlements)
      for (const difference of await differencesOf(this.#sql, temporal, entitlementId(id)))
        faults.push(`reconcile: ${JSON.stringify(difference)}`);
    for await (const stray of streamStrayCases(this.#sql, this.#cases)) faults.push(`stray: ${JSON.stringify(stray)}`);
    return faults;
  }
}

interface Row {
  readonly entitlementId: string;
  readonly seq: number;
  readonly change: number;
  readonly remainingTerm: number | null;
  readonly refusal: string | null;
  readonly after: { status: string; minutes: number; channel?: string | null; detached?: boolean } | null;
}

/** An answer is the record of its row, whole. */
function differsFromRow(told: Told, rows: readonly Row[]): string | undefined {
  if (told.seq === null) return undefined;
  const [row] = rows;
  // A Temporal client hears of an attach before it is written: another entitlement may have been first, and it is given up.
  if (row === undefined) return told.way === 'update' ? undefined : 'the answer has no row';
  if (row.seq !== told.seq) return 'the answer has another row';
  if ((row.refusal ?? undefined) !== told.code) return 'the row has another refusal';
  if (told.change !== undefined && told.change !== row.change) return 'the row has another change';
  if (told.remainingTerm !== undefined && told.remainingTerm !== row.remainingTerm)
    return 'the row has another remaining';
  if (told.entitlementId != null && told.entitlementId !== row.entitlementId)
    return 'the row is of another entitlement';
  const { view } = told;
  if (view === undefined || row.after === null) return undefined;
  if (row.after.detached) return view.entitlementId === null ? undefined : 'the case was taken off';
  if (view.entitlementId !== row.entitlementId) return 'the case is on another entitlement than the row';
  const isSame = view.status === row.after.status && view.minutes === row.after.minutes;
  return isSame && view.channel === (row.after.channel ?? null)
    ? undefined
    : 'the case stands otherwise than in the row';
}

/** A retry gets the first answer, as far as its way tells it. */
function differing(first: Told, again: Told): string | undefined {
  const fields = ['outcome', 'seq', 'code', 'change', 'remainingTerm', 'view'] as const;
  const wrong = fields.find(
    (field) =>
      first[field] !== undefined &&
      again[field] !== undefined &&
      JSON.stringify(first[field]) !== JSON.stringify(again[field]),
  );
  return wrong === undefined ? undefined : `a retry got another ${wrong}`;
}

const isSignal = (event: WireCaseEvent): event is Extract<WireCaseEvent, { kind: keyof typeof caseSignals }> =>
  Object.hasOwn(caseSignals, event.kind);
