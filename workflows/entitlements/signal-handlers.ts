import { log, patched, setDefaultSignalHandler, setHandler } from '@temporalio/workflow';
import { isOwnEvent } from '../../domain/cases/case-custody.ts';
import { caseId } from '../../domain/ids.ts';
import { isOwnName, isStorable, MAX_BY_CHARS, OWN_KEY_RULE } from '../../domain/input-limits.ts';
import { type Refusal, refuse } from '../../domain/refusals.ts';
import { fieldOf, isId, isKey } from '../messages/shapes.ts';
import { ABOUT_NOTHING, aboutEvents } from './about.ts';
import type { UnreadableSignal } from './case-decisions.ts';
import { problemWithSender, readSignal } from './case-event-input.ts';
import { decideEvents } from './case-handlers.ts';
import { type CaseSignalKind, caseSignals, type ReceivedSignal } from './case-messages.ts';
import type { Listening } from './listening.ts';
import type { WireCaseEvent } from './wire-case-event.ts';

/** Who sent a signal that does not say it. */
const BY_SIGNAL = 'signal';

const KINDS = Object.keys(caseSignals) as CaseSignalKind[];

/** A signal once it has been read: its event, or why it is refused. */
type Read = WireCaseEvent | { readonly refused: Refusal };

/**
 * Takes case events that come as signals; `received` are those that the run before did not decide. A signal is in the
 * history already: one that cannot be taken is recorded as refused, and nothing is thrown.
 */
export function listenToSignals(listening: Listening, received: readonly ReceivedSignal[]): void {
  for (const { kind, content, refused } of received)
    leave(listening, kind, content, refused === undefined ? readSignal(kind, content) : { refused });
  const take = (kind: CaseSignalKind, content: unknown) => leave(listening, kind, content, readNew(kind, content));
  // Handlers by name alone would get the waiting signals kind by kind, so that a resolve could pass the attach before
  // it.
  setDefaultSignalHandler((name, content) => {
    const kind = KINDS.find((each) => caseSignals[each].name === name);
    if (kind === undefined) listening.view.refused(name, 'is no signal of an entitlement');
    else take(kind, content);
  });
  for (const kind of KINDS) setHandler(caseSignals[kind], (content: unknown) => take(kind, content));
}

/**
 * Reads a signal that has just come. Older code accepted signals under the product's own name and keys: a replay must
 * accept them as well.
 */
function readNew(kind: CaseSignalKind, content: unknown): Read {
  const read = readSignal(kind, content);
  if ('refused' in read) return read;
  const by = fieldOf(content, 'by');
  const refused = problemWithSender(read, typeof by === 'string' ? by : undefined) ?? problemWithOwnEvent(read);
  return refused !== undefined && patched('own-names-are-refused') ? { refused } : read;
}

/** Entitlements send each other updates: their events never come as signals. */
const problemWithOwnEvent = (event: WireCaseEvent): Refusal | undefined =>
  isOwnEvent(event) ? refuse('validation_failed', `key ${OWN_KEY_RULE}`, 'key').refused : undefined;

/** Leaves a signal to the inbox, which decides it now or later. */
function leave(listening: Listening, kind: string, content: unknown, read: Read): void {
  const { run, inbox } = listening;
  const { by } = senderOf(content);
  const about = 'refused' in read ? ABOUT_NOTHING : aboutEvents([read]);
  const kept = 'refused' in read ? { kind, content: readableOf(content), ...read } : { kind, content: { ...read, by } };
  inbox.leave(about, kept, () => {
    if (!run.exists) log.warn('A signal came to an entitlement that does not exist', { kind });
    else if ('refused' in read) run.cases.recordUnreadable(read.refused, readableOf(content), by, Date.now());
    else decideEvents(listening, [read], by, 'workflow');
  });
}

/** The sender of a signal, as far as the signal says it. */
function senderOf(content: unknown): { readonly by: string } {
  const by = fieldOf(content, 'by');
  const isName = typeof by === 'string' && isStorable(by) && !isOwnName(by);
  return { by: isName ? by.slice(0, MAX_BY_CHARS) : BY_SIGNAL };
}

/** What is kept of a signal that is refused: its sender, and the key and the case that it names. */
function readableOf(content: unknown): { readonly by: string } & UnreadableSignal {
  const [key, id] = [fieldOf(content, 'key'), fieldOf(content, 'caseId')];
  return {
    ...senderOf(content),
    ...(isKey(key) ? { key: key as string } : {}),
    ...(isId(id) ? { caseId: caseId(id as string) } : {}),
  };
}
