import { ApplicationFailure, log, setDefaultSignalHandler, setHandler } from '@temporalio/workflow';
import { caseId } from '../domain/ids.ts';
import type { LifeCommand, LifeCommandKind } from '../domain/life.ts';
import { type Decided, isRefused, type Refusal, refuse } from '../domain/refusals.ts';
import { problemWithEvents, readCaseEvent } from './case-event-input.ts';
import type { EntitlementRun } from './entitlement-run.ts';
import { isStorable } from './event-limits.ts';
import type { About, Inbox } from './inbox.ts';
import { problemWithCreation, problemWithEnvelope, problemWithLife } from './message-input.ts';
import {
  applyCaseEvents,
  type CaseEventsMessage,
  caseSignals,
  create,
  type EntitlementInput,
  HANDING_OVER,
  type HeardSignal,
  type LifeMessage,
  lifeUpdates,
  state,
  toCaseEvent,
  unwritten,
} from './messages.ts';
import type { OperatorView } from './operator-view.ts';
import { packRow } from './packed.ts';

const BY_SIGNAL = 'signal';
/** Characters of a signal's sender that are kept. */
const MAX_BY = 200;
const BY_TEMPORAL_CLIENT = 'temporal client';
const NOTHING: About = { cases: [], keys: [] };

/**
 * Connects the messages that an entitlement takes to its decisions. Those that came before a run could listen are handed
 * out as handlers are set: creation first, then what the run before had heard, then signals in their order, then updates.
 */
export function listen(run: EntitlementRun, inbox: Inbox, view: OperatorView, input: EntitlementInput): void {
  setHandler(state, () => run.state, { description: 'The entitlement as it stands' });
  const unwrittenAbout = (id: string) =>
    run.exists ? { rows: run.memory.unwrittenOf(caseId(id)).map(packRow), snapshot: run.snapshot } : null;
  setHandler(unwritten, unwrittenAbout, { description: 'The unwritten rows about a case' });
  listenToCreation(run, inbox, input.revive === true);
  const decide = (message: CaseEventsMessage, by: string, writtenBy: 'sender' | 'workflow') => {
    if (!run.exists) throw failure(unknown(run).refused);
    const since = run.entitlement.seq;
    run.passTime(Date.now());
    const events = message.events.map((event) => toCaseEvent(event, run.entitlement.details.customerId));
    const { results, rows, snapshot } = run.caseEvents(events, by, Date.now(), writtenBy, since);
    view.show(run.entitlement);
    return { results, rows: rows.map(packRow), snapshot };
  };
  listenToSignals(run, inbox, decide, input.carried?.signals ?? []);
  listenToLife(run, inbox, view);
  // What is given back makes room elsewhere: two that wait for each other would wait for ever.
  const tooMuch = (events: CaseEventsMessage['events']) =>
    events.every(({ kind }) => kind === 'detach' || kind === 'spilled') ? undefined : run.overfull();
  setHandler(
    applyCaseEvents,
    (message) =>
      inbox.take(aboutEvents(message), message, () => decide(message, message.by ?? BY_TEMPORAL_CLIENT, 'sender')),
    {
      description: 'Applies case events in their order and answers each',
      validator: (message) => {
        const refused = problemWithEnvelope(message) ?? problemWithEvents(message.events) ?? tooMuch(message.events);
        if (refused !== undefined) throw failure(refused);
        if (inbox.isClosed) throw handingOver();
      },
    },
  );
}

function listenToCreation(run: EntitlementRun, inbox: Inbox, revived: boolean): void {
  setHandler(
    create,
    (message) => inbox.take(aboutKey(message.key), message, () => answered(run.create(message, Date.now())), revived),
    {
      description: 'Writes the draft',
      validator: (message) => {
        const refused = problemWithCreation(message);
        if (refused !== undefined) throw failure(refused);
        if (inbox.isClosed) throw handingOver();
      },
    },
  );
}

function listenToLife(run: EntitlementRun, inbox: Inbox, view: OperatorView): void {
  for (const [name, definition] of Object.entries(lifeUpdates)) {
    const kind = name as LifeCommandKind;
    setHandler(
      definition,
      (message) =>
        inbox.take(aboutKey(message.key), message, () => {
          if (!run.exists) throw failure(unknown(run).refused);
          run.passTime(Date.now());
          const answer = answered(run.command(commandFrom(kind, message), message, Date.now()));
          view.show(run.entitlement);
          return answer;
        }),
      {
        description: `Asks the entitlement to ${kind}`,
        validator: (message) => {
          const unreadable = problemWithLife(message);
          if (unreadable !== undefined) throw failure(unreadable);
          if (inbox.isClosed) throw handingOver();
          if (!inbox.isOpenFor(aboutKey(message.key), message)) return;
          const refused = run.overfull() ?? run.refusalOf(commandFrom(kind, message), message, Date.now());
          if (refused !== undefined) throw failure(refused);
        },
      },
    );
  }
}

type Decide = (message: CaseEventsMessage, by: string, writtenBy: 'workflow') => unknown;

function listenToSignals(run: EntitlementRun, inbox: Inbox, decide: Decide, heard: readonly HeardSignal[]): void {
  const hear = (signal: HeardSignal) => {
    const { kind, content } = signal;
    const raw = typeof content === 'object' && content !== null ? content : {};
    const by = 'by' in raw && typeof raw.by === 'string' && isStorable(raw.by) ? raw.by.slice(0, MAX_BY) : BY_SIGNAL;
    const read = readCaseEvent({ ...raw, kind });
    const decideSignal = () => {
      if (!run.exists) log.warn('A signal came to an entitlement that does not exist', { kind });
      else if ('refused' in read) run.unreadable(read.refused, by, Date.now());
      else decide({ events: [read] }, by, 'workflow');
    };
    inbox.leave('refused' in read ? NOTHING : aboutEvents({ events: [read] }), signal, decideSignal);
  };
  for (const signal of heard) hear(signal);
  // Named handlers alone would be handed what waits by their kind, and a resolve could pass the attach before it.
  const signals = Object.entries(caseSignals);
  setDefaultSignalHandler((name, content) => {
    const kind = signals.find(([, signal]) => signal.name === name)?.[0];
    if (kind === undefined) log.warn('A signal came that no entitlement takes', { name });
    else hear({ kind, content });
  });
  for (const [kind, signal] of signals) setHandler(signal, (content: unknown) => hear({ kind, content }));
}

/** For the sender alone: the next run, which begins in a moment, will take the update. */
const handingOver = () =>
  ApplicationFailure.create({ message: 'The run is just ending.', type: HANDING_OVER, nonRetryable: true });

function aboutEvents({ events }: CaseEventsMessage): About {
  // These are part of a move, with keys that name the move or its row: no other entitlement has them.
  const isOwn = events.every(({ key }) => OWN_KEY.test(key));
  return {
    cases: events.map((event) => event.caseId),
    keys: events.map((event) => event.key),
    everywhere: !isOwn,
    passes: isOwn,
  };
}

const OWN_KEY = /^(moved|lost):/;

const aboutKey = (key: string | null): About => (key === null ? NOTHING : { cases: [], keys: [key] });

function commandFrom(kind: LifeCommandKind, message: LifeMessage): LifeCommand {
  if (kind === 'edit') return { kind, changes: message.changes ?? {} };
  if (kind === 'top-up') {
    if (message.topUp === undefined) throw failure(refuse('validation_failed', 'A top-up is needed.').refused);
    return { kind, ...message.topUp };
  }
  if (kind !== 'renew' && kind !== 'accept-renewal' && kind !== 'successor-ended') return { kind };
  const { successorId, details } = message;
  if (successorId === undefined) throw failure(refuse('validation_failed', 'A successor id is needed.').refused);
  if (kind !== 'accept-renewal') return { kind, successorId };
  if (details === undefined) throw failure(refuse('validation_failed', 'The successor is to be described.').refused);
  return { kind, successorId, details };
}

/** Fails the update alone: its type is the refusal's code, and the field stands in the details. */
const failure = ({ code, detail, field }: Refusal) =>
  ApplicationFailure.create({
    message: detail,
    type: code,
    nonRetryable: true,
    details: field === undefined ? [] : [{ field }],
  });

function answered<T extends object>(decided: Decided<T>): T {
  if (isRefused(decided)) throw failure(decided.refused);
  return decided;
}

const unknown = (run: EntitlementRun) => refuse('not_found', `There is no entitlement ${run.id}.`);
