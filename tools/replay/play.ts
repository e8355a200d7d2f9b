import { setTimeout as sleep } from 'node:timers/promises';
import type { AllotClient } from '../../client/client.ts';
import { ActionableError } from '../../client/failure.ts';
import { MAX_CALLS_AT_ONCE } from '../../client/node.ts';
import type { components } from '../../client/schema.d.ts';
import { inParallel } from './parallel.ts';
import type { Plan, PlannedEvent } from './plan.ts';
import { Schedule } from './schedule.ts';
import { limited } from './setup.ts';

/** Half of what the route takes: large enough for few calls, small enough to show progress. */
const BATCH_SIZE = 500;

/** Codes of a single event that mean a part of the system is away for now; the batch is sent again. */
const PASSING_CODES: ReadonlySet<string> = new Set(['unavailable', 'rate_limited']);
const BATCH_TRIES = 30;
const BATCH_WAIT_MS = 2_000;

type CaseEvent = components['schemas']['CaseEvent'];
type EventResult = components['schemas']['CaseEventResult'];

/** What became of one location: the value that `--json` writes. Terms are cases or whole minutes. */
export interface LocationOutcome {
  attached: number;
  rejected: number;
  resolved: number;
  reactivated: number;
  total: number;
  remaining: number;
}

export interface Played {
  /** By the log's own names, in their order. */
  readonly locations: ReadonlyMap<string, LocationOutcome>;
  readonly answers: number;
  /** Answers that repeat those of an earlier play; they changed nothing. */
  readonly repeats: number;
  /** Events of incidents that were not attached: not sent. */
  readonly leftOut: number;
  /** Refused attaches by code. */
  readonly rejections: ReadonlyMap<string, number>;
  /** Refusals of later events. A log in order of time has none. */
  readonly laterRefusals: readonly string[];
}

interface PlayProgress {
  readonly done: number;
  readonly of: number;
  readonly rejected: number;
}

/**
 * Sends every event of the plan, in order for each location, and counts the answers. It does not read the terms yet.
 */
export async function play(
  client: AllotClient,
  plan: Plan,
  entitlementIds: ReadonlyMap<string, string>,
  onProgress: (progress: PlayProgress) => void,
): Promise<Played> {
  const schedule = new Schedule(plan.events);
  const tally = new Tally(plan);
  for (let batch = schedule.nextBatch(BATCH_SIZE); batch.length > 0; batch = schedule.nextBatch(BATCH_SIZE)) {
    const results = await send(client, batch, plan.options.matching ? new Map() : entitlementIds);
    for (const [index, event] of batch.entries()) {
      const result = results[index];
      if (result?.key !== event.key)
        throw new ActionableError(`The API's answers are not in the order of the events (${event.key}).`);
      tally.count(event, result);
      if (event.kind === 'attach' && isAttached(result)) schedule.attached(event.caseId);
    }
    onProgress({ done: tally.answers + schedule.leftOut, of: plan.events.length, rejected: tally.rejected });
  }
  return tally.played(schedule.leftOut);
}

/** Reads what the entitlements have left into the outcomes. */
export async function readTerms(
  client: AllotClient,
  played: Played,
  entitlementIds: ReadonlyMap<string, string>,
): Promise<void> {
  await inParallel([...played.locations], MAX_CALLS_AT_ONCE, async ([location, outcome]) => {
    const params = { path: { id: entitlementIds.get(location) ?? '' } };
    const { totalTerm, remainingTerm } = await client.get('/v1/entitlements/{id}', { params });
    outcome.total = limited(totalTerm);
    outcome.remaining = limited(remainingTerm);
  });
}

function send(
  client: AllotClient,
  batch: readonly PlannedEvent[],
  entitlementIds: ReadonlyMap<string, string>,
): Promise<readonly EventResult[]> {
  const events = batch.map(({ location, ...event }) => {
    const entitlementId = entitlementIds.get(location);
    return event.kind === 'attach' && entitlementId !== undefined ? { ...event, entitlementId } : event;
  });
  return sendEvents(client, events);
}

/**
 * Sends one list of case events, at most 1,000, and returns their results in the same order. Sends it again while a
 * part of the system is away.
 */
export async function sendEvents(client: AllotClient, events: CaseEvent[]): Promise<readonly EventResult[]> {
  // The call needs no key of its own: each event has one, and these alone say what was taken before.
  for (let tries = 0; tries < BATCH_TRIES; tries += 1) {
    const { results } = await client.post('/v1/case-events', { body: { events } });
    if (!results.some(({ code }) => PASSING_CODES.has(code ?? ''))) return results;
    await sleep(BATCH_WAIT_MS);
  }
  throw new ActionableError(
    'A part of the system is still away: see /readyz, then repeat the command. Nothing counts twice.',
  );
}

class Tally {
  readonly #locations: Map<string, LocationOutcome>;
  readonly #rejections = new Map<string, number>();
  readonly #laterRefusals: string[] = [];
  #repeats = 0;
  answers = 0;
  rejected = 0;

  constructor(plan: Plan) {
    const none = { attached: 0, rejected: 0, resolved: 0, reactivated: 0, total: 0, remaining: 0 };
    this.#locations = new Map(plan.locations.map(({ location }) => [location, { ...none }]));
  }

  count(event: PlannedEvent, result: EventResult): void {
    const { repeated, detail } = result;
    const isTaken = event.kind === 'attach' ? isAttached(result) : result.outcome === 'accepted';
    const code = result.code ?? (isTaken ? undefined : 'no entitlement');
    const counts = this.#locations.get(event.location);
    if (counts === undefined) throw new Error(`no location ${event.location} in the plan`);
    this.answers += 1;
    if (repeated) this.#repeats += 1;
    if (isTaken) counts[COUNTED_AS[event.kind]] += 1;
    else if (event.kind === 'attach') {
      counts.rejected += 1;
      this.rejected += 1;
      this.#rejections.set(code ?? 'unknown', (this.#rejections.get(code ?? 'unknown') ?? 0) + 1);
    } else
      this.#laterRefusals.push(
        `${event.kind} of ${event.caseId}: ${code ?? 'unknown'}, ${detail ?? 'no reason given'}`,
      );
  }

  played(leftOut: number): Played {
    return {
      locations: this.#locations,
      answers: this.answers,
      repeats: this.#repeats,
      leftOut,
      rejections: this.#rejections,
      laterRefusals: this.#laterRefusals,
    };
  }
}

/** A case that was recorded without an entitlement was not attached. */
const isAttached = ({ outcome, entitlementId }: EventResult): boolean =>
  outcome === 'accepted' && entitlementId !== null;

const COUNTED_AS = { attach: 'attached', resolve: 'resolved', reactivate: 'reactivated' } as const;
