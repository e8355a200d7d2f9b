import { ApplicationFailure, log, patched, setDefaultSignalHandler, setHandler } from '@temporalio/workflow';
import type { LifeCommand, LifeCommandKind } from '../../domain/entitlements/life.ts';
import { caseId } from '../../domain/ids.ts';
import { isOwnName, isStorable, MAX_BY_CHARS, RESERVED_KEY, RESERVED_KEY_RULE } from '../../domain/input-limits.ts';
import { type Decided, isRefused, type Refusal, refuse } from '../../domain/refusals.ts';
import { isId, isKey } from '../messages/shapes.ts';
import { answersTooMuch } from './answer-size.ts';
import { isOwnEvent } from './case-custody.ts';
import { problemWithEvents, problemWithSender, readCaseEvent } from './case-event-input.ts';
import { problemWithClaims } from './claims.ts';
import type { EntitlementRun, ReadOfSignal } from './entitlement-run.ts';
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
  TOO_LARGE,
  toCaseEvent,
  unwritten,
} from './messages.ts';
import type { OperatorView } from './operator-view.ts';
import { packRow } from './packed.ts';

const BY_SIGNAL = 'signal';
const BY_TEMPORAL_CLIENT = 'temporal client';
const NOTHING: About = { cases: [], keys: [] };

/**
 * Connects the messages that an entitlement takes to its decisions. Those that came before a run could listen are handed
 * out as handlers are set: creation first, then what the run before had heard, then signals in their order, then updates.
 */
export function listen(run: EntitlementRun, inbox: Inbox, view: OperatorView, input: EntitlementInput): void {
  setHandler(state, () => run.state, { description: 'The entitlement as it stands' });
  const unwrittenAbout = (id: unknown) =>
    run.exists && typeof id === 'string'
      ? { rows: run.memory.unwrittenOf(caseId(id)).map(packRow), snapshot: run.snapshot }
      : null;
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
  listenToSignals({ run, inbox, decide, view }, input.carried?.signals ?? []);
  listenToLife(run, inbox, view);
  // Entitlements finish moves and shared cases with these: two that waited for each other's room would wait for ever.
  const tooMuch = (message: CaseEventsMessage) => (aboutEvents(message).passes ? undefined : run.overfull());
  setHandler(
    applyCaseEvents,
    (message) =>
      inbox.take(aboutEvents(message), message, () => decide(message, message.by ?? BY_TEMPORAL_CLIENT, 'sender')),
    {
      description: 'Applies case events in their order and answers each',
      validator: (message) => {
        const refused =
          problemWithEnvelope(message) ??
          problemWithEvents(message.events, message.by) ??
          problemWithClaims(run, message) ??
          tooMuch(message);
        if (refused !== undefined) throw failure(refused);
        if (answersTooMuch(run, message)) throw tooLarge();
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
        const refused = problemWithCreation(message) ?? problemWithClaims(run, message);
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
          const unreadable = problemWithLife(message) ?? problemWithClaims(run, message);
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

interface SignalParts {
  readonly run: EntitlementRun;
  readonly inbox: Inbox;
  readonly decide: Decide;
  readonly view: OperatorView;
}

function listenToSignals({ run, inbox, decide, view }: SignalParts, heard: readonly HeardSignal[]): void {
  const hear = (signal: HeardSignal) => {
    const { kind, content, refused } = signal;
    const { by } = senderOf(content);
    const read = refused === undefined ? readCaseEvent(content, { kind }) : { refused };
    const about = 'refused' in read ? NOTHING : aboutEvents({ events: [read] });
    const kept =
      'refused' in read ? { kind, content: readableOf(content), ...read } : { kind, content: { ...read, by } };
    inbox.leave(about, kept, () => {
      if (!run.exists) log.warn('A signal came to an entitlement that does not exist', { kind });
      else if ('refused' in read) run.unreadable(read.refused, readableOf(content), by, Date.now());
      else decide({ events: [read] }, by, 'workflow');
    });
  };
  for (const signal of heard) hear(signal);
  const take = (kind: CaseSignalKind, content: unknown) => {
    const refused = problemWithSignal(kind, content);
    // Older code took such signals: one that is replayed is taken as it was.
    hear(refused !== undefined && patched('own-names-are-refused') ? { kind, content, refused } : { kind, content });
  };
  // Named handlers alone would be handed what waits by their kind, and a resolve could pass the attach before it.
  const kinds = Object.keys(caseSignals) as CaseSignalKind[];
  setDefaultSignalHandler((name, content) => {
    const kind = kinds.find((each) => caseSignals[each].name === name);
    if (kind === undefined) view.refused(name, 'is no signal of an entitlement');
    else take(kind, content);
  });
  for (const kind of kinds) setHandler(caseSignals[kind], (content: unknown) => take(kind, content));
}

type CaseSignalKind = keyof typeof caseSignals;

const isObject = (content: unknown): content is Readonly<Record<string, unknown>> =>
  typeof content === 'object' && content !== null;

/** Who sent a signal, as far as it says. */
function senderOf(content: unknown): { readonly by: string } {
  const by = isObject(content) && Object.hasOwn(content, 'by') ? content.by : undefined;
  const isName = typeof by === 'string' && isStorable(by) && !isOwnName(by);
  return { by: isName ? by.slice(0, MAX_BY_CHARS) : BY_SIGNAL };
}

/** What can be said of a signal that is refused: its sender, and the key and the case that it names. */
function readableOf(content: unknown): { readonly by: string } & ReadOfSignal {
  const sender = senderOf(content);
  if (!isObject(content)) return sender;
  const key = Object.hasOwn(content, 'key') ? content.key : undefined;
  const id = Object.hasOwn(content, 'caseId') ? content.caseId : undefined;
  return {
    ...sender,
    ...(isKey(key) ? { key: key as string } : {}),
    ...(isId(id) ? { caseId: caseId(id as string) } : {}),
  };
}

/** What a signal says in a name, or under a key, that only entitlements have. */
function problemWithSignal(kind: CaseSignalKind, content: unknown): Refusal | undefined {
  const read = readCaseEvent(content, { kind });
  if ('refused' in read) return undefined;
  const by = isObject(content) && typeof content.by === 'string' ? content.by : undefined;
  return problemWithSender(read, by) ?? (isOwnEvent(read) ? notYours : undefined);
}

const notYours = refuse('validation_failed', `key ${RESERVED_KEY_RULE}`, 'key').refused;

/** For the sender alone: the next run, which begins in a moment, will take the update. */
const handingOver = () =>
  ApplicationFailure.create({ message: 'The run is just ending.', type: HANDING_OVER, nonRetryable: true });

function aboutEvents({ events }: CaseEventsMessage): About {
  // These are part of a move, with keys that name the move or its row: no other entitlement has them.
  const isOwn = events.every(({ key }) => RESERVED_KEY.test(key));
  return {
    cases: events.map((event) => event.caseId),
    keys: events.map((event) => event.key),
    everywhere: !isOwn,
    passes: isOwn,
  };
}

const tooLarge = () =>
  ApplicationFailure.create({
    message: 'The answer to so many large events is too large: send them in parts.',
    type: TOO_LARGE,
    nonRetryable: true,
  });

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
