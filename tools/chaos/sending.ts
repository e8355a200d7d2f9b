import { setTimeout as sleep } from 'node:timers/promises';
import type { Seeded } from '../seeded.ts';
import type { Caller, HttpAnswer, HttpCall } from './caller.ts';
import { isUnknown, listedEvent, routeRequest, signalOf, toldByList, toldByRoute, waysOf } from './case-requests.ts';
import type { AskedCase, AskedCommand, Attempt, Told, Way } from './journal.ts';

/** How the clients of a run send: what all of them share. */
export interface Sending {
  readonly caller: Caller;
  /** Ms since the run began. */
  now(): number;
  /** True once nobody asks for anything new. */
  isOver(): boolean;
  /** True once even an unknown outcome is no longer asked for: something is stuck then. */
  isTooLate(): boolean;
}

/** A caller is promised an answer within 15 s; one that waits longer has waited in vain. */
const WITHIN_MS = 20_000;
const IMPATIENT_MS = { from: 100, to: 1_500 };
const AGAIN_AFTER_MS = { from: 50, to: 600 };
const SHARE = { impatient: 0.12, hedged: 0.05, otherWay: 0.3, abandoned: 0.04 };

/** One attempt; tells every one of the asked, which go together in a list or are one alone. */
async function attempt(
  { caller, now }: Sending,
  asked: readonly AskedCase[],
  how: { readonly way: Way; readonly api: number; readonly withinMs: number; readonly isRepeat?: true },
): Promise<void> {
  const sentAt = now();
  const { way, isRepeat } = how;
  const record = (one: AskedCase, told: Told | null, trouble?: string): void => {
    const more = { ...(trouble === undefined ? {} : { trouble }), ...(isRepeat === undefined ? {} : { isRepeat }) };
    one.attempts.push({ way, sentAt, endedAt: now(), told, ...more });
  };
  try {
    const answers = await answersTo(caller, asked, how);
    for (const [index, one] of asked.entries()) {
      const answer = answers[index];
      if (answer === undefined || typeof answer === 'string') record(one, null, answer ?? 'no result');
      else
        record(one, answer.code === 'unavailable' ? null : answer, answer.code === 'unavailable' ? '503' : undefined);
    }
  } catch (error) {
    for (const one of asked) record(one, null, troubleOf(error));
  }
}

/** What is told to each; a text is an answer that says nothing of the outcome. */
async function answersTo(
  caller: Caller,
  asked: readonly AskedCase[],
  { way, api, withinMs }: { readonly way: Way; readonly api: number; readonly withinMs: number },
): Promise<readonly (Told | string | undefined)[]> {
  const [one] = asked;
  if (one === undefined) return [];
  if (way === 'signal') {
    const { name, content } = signalOf(one);
    await caller.signal(one.content.at ?? '', name, content);
    return [
      {
        outcome: 'told',
        status: 202,
        seq: null,
        ...(one.content.at === undefined ? {} : { entitlementId: one.content.at }),
      },
    ];
  }
  if (way === 'list') {
    const body = { events: asked.map(listedEvent) };
    const answer = await caller.http({ method: 'POST', path: '/v1/case-events', body, api, withinMs });
    if (isUnknown(answer.status)) return asked.map(() => unknownIn(answer));
    if (answer.status !== 200) return asked.map(() => toldByRoute(answer.status, answer.body));
    return (answer.body.results as Record<string, unknown>[]).map(toldByList);
  }
  const prefer = way === 'async' ? { prefer: 'respond-async' } : {};
  const answer = await caller.http({ ...routeRequest(one), key: one.key, ...prefer, api, withinMs });
  return [isUnknown(answer.status) ? unknownIn(answer) : toldByRoute(answer.status, answer.body)];
}

/** `503 Temporal does not answer.` */
const unknownIn = ({ status, body }: HttpAnswer): string => `${status} ${String(body.detail ?? '')}`;

const troubleOf = (error: unknown): string =>
  error instanceof Error
    ? 'code' in error && typeof error.code === 'string'
      ? error.code
      : error.name
    : String(error);

const isTold = ({ attempts }: { readonly attempts: readonly Attempt[] }): boolean =>
  attempts.some(({ told }) => told !== null);

/**
 * Asks until each of the asked has its answer, like a client that keeps its keys: after an outcome that nobody knows it
 * asks again, at another API, perhaps by another way. Unless it is steady, it now and then is impatient, asks twice at
 * once, or goes away.
 */
export async function untilTold(
  sending: Sending,
  asked: readonly AskedCase[],
  { random, way, isSteady = false }: { readonly random: Seeded; readonly way: Way; readonly isSteady?: boolean },
): Promise<void> {
  const isHedged = random.happens(SHARE.hedged) && !isSteady;
  const isFickle = random.happens(SHARE.abandoned) && !isSteady;
  let api = random.between(0, 1_000);
  let by = way;
  for (let tries = 1; !asked.every(isTold); tries += 1) {
    const withinMs =
      tries === 1 && !isSteady && random.happens(SHARE.impatient)
        ? random.between(IMPATIENT_MS.from, IMPATIENT_MS.to)
        : WITHIN_MS;
    const ways = asked.length === 1 && asked[0] !== undefined ? waysOf(asked[0]) : [way];
    if (tries > 1 && !isSteady && random.happens(SHARE.otherWay)) by = random.pick(ways);
    const attempts = [attempt(sending, asked, { way: by, api, withinMs })];
    if (isHedged && tries === 1) attempts.push(attempt(sending, asked, { way: by, api: api + 1, withinMs }));
    await Promise.all(attempts);
    if (asked.every(isTold)) return;
    if (isFickle) for (const one of asked) if (!isTold(one)) one.isAbandoned = true;
    if (isFickle || sending.isTooLate()) return;
    api += 1;
    await sleep(random.between(AGAIN_AFTER_MS.from, AGAIN_AFTER_MS.to));
  }
}

/** Asks for something that was answered once more. */
export async function repeat(sending: Sending, asked: AskedCase, random: Seeded): Promise<void> {
  const how = { way: random.pick(waysOf(asked)), api: random.between(0, 1_000), withinMs: WITHIN_MS, isRepeat: true };
  await attempt(sending, [asked], how as typeof how & { isRepeat: true });
}

/** The answer to a command, asked until there is one; undefined when it was given up. */
export async function untilAnswered(
  sending: Sending,
  asked: AskedCommand,
  random: Seeded,
): Promise<HttpAnswer | undefined> {
  const { caller, now } = sending;
  let api = random.between(0, 1_000);
  for (;;) {
    const sentAt = now();
    const call = { ...asked.request, key: asked.key, api, withinMs: WITHIN_MS } as HttpCall;
    const answer = await caller.http(call).catch(troubleOf);
    const ended = { way: 'route' as const, sentAt, endedAt: now() };
    if (typeof answer !== 'string' && !isUnknown(answer.status)) {
      asked.attempts.push({ ...ended, told: toldByRoute(answer.status, answer.body) });
      return answer;
    }
    asked.attempts.push({ ...ended, told: null, trouble: typeof answer === 'string' ? answer : unknownIn(answer) });
    if (sending.isTooLate()) return undefined;
    api += 1;
    await sleep(random.between(AGAIN_AFTER_MS.from, AGAIN_AFTER_MS.to));
  }
}
