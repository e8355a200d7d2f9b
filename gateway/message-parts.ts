import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { bytesOf, countWithin, MAX_PAYLOAD_BYTES } from '../workflows/bytes.ts';
import { MAX_EVENTS_PER_UPDATE } from '../workflows/limits.ts';
import { type CaseEventsDecision, type CaseEventsMessage, TOO_LARGE } from '../workflows/messages.ts';

/** A list of case events in parts: one payload holds the events and what is known of their cases, another the answer. */

/** As many events from the first on as fit into one payload with what is known of their cases, and the rest. */
export function firstPart(message: CaseEventsMessage): { first: CaseEventsMessage; rest: CaseEventsMessage | null } {
  const { events, knowledge } = message;
  const known = new Map(knowledge?.cases.map((each) => [each.caseId as string, each]));
  const seen = new Set<string>();
  const count = countWithin(events, { most: MAX_EVENTS_PER_UPDATE, size: MAX_PAYLOAD_BYTES }, (event) => {
    const isNew = !seen.has(event.caseId);
    seen.add(event.caseId);
    return bytesOf(event) + (isNew ? bytesOf(known.get(event.caseId) ?? null) : 0);
  });
  if (count === events.length) return { first: message, rest: null };
  const [first, rest] = partsOf(message, count);
  return { first, rest };
}

/** Two messages of half the events each. */
export const halvesOf = (message: CaseEventsMessage): [CaseEventsMessage, CaseEventsMessage] =>
  partsOf(message, Math.ceil(message.events.length / 2));

/** What is confirmed is told with the first part. */
function partsOf(message: CaseEventsMessage, count: number): [CaseEventsMessage, CaseEventsMessage] {
  const { confirmed: _told, ...later } = message;
  return [withEvents(message, message.events.slice(0, count)), withEvents(later, message.events.slice(count))];
}

/** The same with other events, and what is known of their cases alone. */
export function withEvents<Message extends Pick<CaseEventsMessage, 'events' | 'knowledge'>>(
  message: Message,
  events: CaseEventsMessage['events'],
): Message {
  const { knowledge } = message;
  if (knowledge === undefined) return { ...message, events };
  const about = new Set(events.map(({ caseId }) => caseId));
  return {
    ...message,
    events,
    knowledge: { ...knowledge, cases: knowledge.cases.filter((one) => about.has(one.caseId)) },
  };
}

/** The answers of both, in order; a row that both stand on is there once. */
export function joined(one: CaseEventsDecision, other: CaseEventsDecision): CaseEventsDecision {
  const rows = new Map([...one.rows, ...other.rows].map((row) => [row.seq, row]));
  return { results: [...one.results, ...other.results], rows: [...rows.values()], snapshot: other.snapshot };
}

/** The workflow would not answer all of it in one payload. */
export const isTooLarge = (error: unknown): boolean =>
  error instanceof WorkflowUpdateFailedError &&
  error.cause instanceof ApplicationFailure &&
  error.cause.type === TOO_LARGE;
