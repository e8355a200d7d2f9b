import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { CaseEvent } from '../../domain/cases/case-event.ts';
import { TOO_LARGE } from '../../workflows/entitlements/case-messages.ts';
import type { Knowledge } from '../../workflows/entitlements/messages.ts';
import { bytesOf, countWithin, MAX_PAYLOAD_BYTES } from '../../workflows/messages/bytes.ts';
import { MAX_EVENTS_PER_UPDATE } from '../../workflows/messages/limits.ts';

/**
 * Case events are sent in updates of bounded size: one payload holds the events and what is known of their cases,
 * another the answer. Sizes are those of the domain's events, which travel in no more bytes.
 */

interface Events {
  readonly events: readonly CaseEvent[];
  readonly knowledge: Knowledge;
}

/** Bytes of the events in an update, with what is known of their cases. */
export const sizeOfEvents = ({ events, knowledge }: Events): number => bytesOf(events) + bytesOf(knowledge);

/** A list of events in parts of which each fits into one update, in order. */
export function partsOf<Part extends Events>(whole: Part): readonly Part[] {
  const { events, knowledge } = whole;
  if (events.length <= MAX_EVENTS_PER_UPDATE && sizeOfEvents(whole) <= MAX_PAYLOAD_BYTES) return [whole];
  const known = new Map(knowledge.cases.map((each) => [each.caseId, each]));
  const sizeOf = (event: CaseEvent) => bytesOf(event) + bytesOf(known.get(event.caseId) ?? null);
  const parts: Part[] = [];
  for (let from = 0; from < events.length; ) {
    const rest = events.slice(from);
    const count = countWithin(rest, { most: MAX_EVENTS_PER_UPDATE, size: MAX_PAYLOAD_BYTES }, sizeOf);
    parts.push(withEvents(whole, rest.slice(0, count)));
    from += count;
  }
  return parts;
}

/** The list in two parts of half the events each, in order. */
export function halvesOf<Part extends Events>(whole: Part): readonly [Part, Part] {
  const middle = Math.ceil(whole.events.length / 2);
  return [withEvents(whole, whole.events.slice(0, middle)), withEvents(whole, whole.events.slice(middle))];
}

function withEvents<Part extends Events>(whole: Part, events: readonly CaseEvent[]): Part {
  const about = new Set<string>(events.map(({ caseId }) => caseId));
  const cases = whole.knowledge.cases.filter(({ caseId }) => about.has(caseId));
  return { ...whole, events, knowledge: { ...whole.knowledge, cases } };
}

/** How many of the lists, from the first on, fit into one update and come from the same sender; at least one. */
export function countTogether(lists: readonly (Events & { readonly by: string })[]): number {
  const [first] = lists;
  let events = 0;
  let bytes = 0;
  let count = 0;
  for (const list of lists) {
    events += list.events.length;
    bytes += sizeOfEvents(list);
    const isFull = events > MAX_EVENTS_PER_UPDATE || bytes > MAX_PAYLOAD_BYTES;
    if (count > 0 && (isFull || list.by !== first?.by)) break;
    count += 1;
  }
  return count;
}

/** What the senders of all lists know: as of the oldest read. */
export const knowledgeOfAll = (lists: readonly Events[]): Knowledge => ({
  generation: Math.min(...lists.map(({ knowledge }) => knowledge.generation)),
  cases: lists.flatMap(({ knowledge }) => knowledge.cases),
});

/** Whether the workflow refused an update because its answer would not fit into one payload. */
export const isTooLarge = (error: unknown): boolean =>
  error instanceof WorkflowUpdateFailedError &&
  error.cause instanceof ApplicationFailure &&
  error.cause.type === TOO_LARGE;
