import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { type Knowledge, TOO_LARGE, type WireCaseEvent } from '../../workflows/entitlements/messages.ts';
import { bytesOf, countWithin, MAX_PAYLOAD_BYTES } from '../../workflows/messages/bytes.ts';
import { MAX_EVENTS_PER_UPDATE } from '../../workflows/messages/limits.ts';

/** A list of case events in parts: one payload holds the events and what is known of their cases, another the answer. */
interface Events {
  readonly events: readonly WireCaseEvent[];
  readonly knowledge: Knowledge;
}

/** How large the events are in an update, with what is known of their cases. */
export const sizeOfEvents = ({ events, knowledge }: Events): number => bytesOf(events) + bytesOf(knowledge);

/** The same in parts of which each fits into one update. */
export function partsOf<Part extends Events>(whole: Part): readonly Part[] {
  const { events, knowledge } = whole;
  if (events.length <= MAX_EVENTS_PER_UPDATE && sizeOfEvents(whole) <= MAX_PAYLOAD_BYTES) return [whole];
  const known = new Map(knowledge.cases.map((each) => [each.caseId as string, each]));
  const sizeOf = (event: WireCaseEvent) => bytesOf(event) + bytesOf(known.get(event.caseId) ?? null);
  const parts: Part[] = [];
  for (let from = 0; from < events.length; ) {
    const rest = events.slice(from);
    const count = countWithin(rest, { most: MAX_EVENTS_PER_UPDATE, size: MAX_PAYLOAD_BYTES }, sizeOf);
    parts.push(withEvents(whole, rest.slice(0, count)));
    from += count;
  }
  return parts;
}

/** Two of half the events each. */
export function halvesOf<Part extends Events>(whole: Part): readonly [Part, Part] {
  const middle = Math.ceil(whole.events.length / 2);
  return [withEvents(whole, whole.events.slice(0, middle)), withEvents(whole, whole.events.slice(middle))];
}

function withEvents<Part extends Events>(whole: Part, events: readonly WireCaseEvent[]): Part {
  const about = new Set<string>(events.map(({ caseId }) => caseId));
  const cases = whole.knowledge.cases.filter(({ caseId }) => about.has(caseId));
  return { ...whole, events, knowledge: { ...whole.knowledge, cases } };
}

/** The workflow would not answer all of it in one payload. */
export const isTooLarge = (error: unknown): boolean =>
  error instanceof WorkflowUpdateFailedError &&
  error.cause instanceof ApplicationFailure &&
  error.cause.type === TOO_LARGE;
