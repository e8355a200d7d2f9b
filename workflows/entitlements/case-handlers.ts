import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import { caseId } from '../../domain/ids.ts';
import { failureOf, throwIfRefused } from '../messages/refusal-failure.ts';
import { aboutEvents } from './about.ts';
import { answersTooMuch } from './answer-size.ts';
import { problemWithEvents } from './case-event-input.ts';
import {
  applyCaseEvents,
  type CaseEventsAnswer,
  type CaseEventsMessage,
  TOO_LARGE,
  unwritten,
} from './case-messages.ts';
import { problemWithClaims } from './claims.ts';
import type { WrittenBy } from './entitlement-state.ts';
import type { Listening } from './listening.ts';
import { problemWithEnvelope } from './message-input.ts';
import { packRow } from './packed.ts';
import { toCaseEvent, type WireCaseEvent } from './wire-case-event.ts';

/** Who sent an update that does not say it. */
const BY_TEMPORAL_CLIENT = 'temporal client';

/** Answers which rows about a case are unwritten. A query must not throw, whatever it is asked. */
export function listenToUnwritten({ run }: Listening): void {
  const unwrittenAbout = (id: unknown) =>
    run.exists && typeof id === 'string'
      ? { rows: run.memory.unconfirmed.of(caseId(id)).map(packRow), snapshot: run.snapshot }
      : null;
  setHandler(unwritten, unwrittenAbout, { description: 'The unwritten rows about a case' });
}

/** Takes lists of case events, decides each and answers it. */
export function listenToCases(listening: Listening): void {
  const { run, inbox } = listening;
  setHandler(
    applyCaseEvents,
    (message) =>
      inbox.take(aboutEvents(message.events), message, () =>
        decideEvents(listening, message.events, message.by ?? BY_TEMPORAL_CLIENT, 'sender'),
      ),
    {
      description: 'Applies case events in their order and answers each',
      validator: (message) => {
        throwIfRefused(
          problemWithEnvelope(message) ??
            problemWithEvents(message.events, message.by) ??
            problemWithClaims(run, message) ??
            problemWithBacklog(listening, message),
        );
        if (answersTooMuch(run, message)) throw tooLarge();
        inbox.assertOpen();
      },
    },
  );
}

/**
 * Why the message is refused while too many rows are unwritten. Messages by which entitlements finish moves and share
 * cases are never refused for that: if two entitlements refused each other's, both would wait for ever.
 */
const problemWithBacklog = ({ run }: Listening, { events }: CaseEventsMessage) =>
  aboutEvents(events).passes === true ? undefined : run.backlogRefusal();

/** Decides events at this moment; what time did to the entitlement until now comes first. */
export function decideEvents(
  { run, view }: Listening,
  events: readonly WireCaseEvent[],
  by: string,
  writtenBy: WrittenBy,
): CaseEventsAnswer {
  if (!run.exists) throw failureOf(run.notFound.refused);
  const since = run.entitlement.seq;
  run.passTime(Date.now());
  const { customerId } = run.entitlement.details;
  const asked = events.map((event) => toCaseEvent(event, customerId));
  const decided = run.caseEvents(asked, by, Date.now(), writtenBy, since);
  view.show(run.entitlement);
  return { ...decided, rows: decided.rows.map(packRow) };
}

const tooLarge = () =>
  ApplicationFailure.create({
    message: 'The answer to so many large events is too large: send them in parts.',
    type: TOO_LARGE,
    nonRetryable: true,
  });
