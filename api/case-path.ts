import type { CaseContext, ContextQuestion, KeyRow } from '../db/case-contexts.ts';
import type { UnattachedOutcome } from '../db/unattached-cases.ts';
import type { CaseOnEntitlement } from '../domain/case.ts';
import { type CaseEvent, fingerprintOf } from '../domain/case-events.ts';
import { customerId, type EntitlementId, entitlementId } from '../domain/ids.ts';
import { REFUSAL_FIELD, type Refusal, type RefusalCode, refuse } from '../domain/refusals.ts';
import { type Knowledge, toCaseEvent, type WireCaseEvent } from '../workflows/messages.ts';
import { packCase } from '../workflows/packed.ts';
import type { CommittedAnswer, GroupCommit } from './group-commit.ts';

/** A case event of a caller; an attach names the entitlement that the case is to have, or none. */
export type CaseInput = WireCaseEvent & {
  readonly entitlementId?: string | null | undefined;
  /** The attach puts an entitlement on a case that was recorded without one. */
  readonly onExisting?: boolean;
};

/** What became of it. */
export interface CaseOutcome {
  readonly key: string;
  readonly caseId: string;
  readonly outcome: 'accepted' | 'refused';
  readonly repeated: boolean;
  readonly entitlementId: string | null;
  readonly seq: number | null;
  /** Added to what remains, in cases or minutes. */
  readonly change: number;
  readonly remainingTerm: number | null;
  readonly code?: RefusalCode;
  readonly detail?: string;
  readonly field?: string;
  /** The case after the event, as its entitlement knows it; null for a case without one. */
  readonly case: CaseOnEntitlement | null;
  /** Whether the case may have an SLA: its record says which, and the due times. */
  readonly mayHaveSla: boolean;
}

interface Routed {
  readonly id: EntitlementId;
  readonly input: CaseInput;
  readonly index: number;
  readonly context: CaseContext;
}

/**
 * The path of case events: what they name is read at once for all of them, each goes to the entitlement that it
 * names or that its case has, and that entitlement alone decides. Events of one list keep their order.
 */
export class CasePath {
  private readonly contexts: (questions: readonly ContextQuestion[]) => Promise<readonly CaseContext[]>;
  private readonly groupCommit: GroupCommit;
  private readonly unattached: (event: CaseEvent) => Promise<UnattachedOutcome>;

  constructor(parts: {
    contexts: (questions: readonly ContextQuestion[]) => Promise<readonly CaseContext[]>;
    groupCommit: GroupCommit;
    unattached: (event: CaseEvent) => Promise<UnattachedOutcome>;
  }) {
    this.contexts = parts.contexts;
    this.groupCommit = parts.groupCommit;
    this.unattached = parts.unattached;
  }

  /** One outcome an event, in order. What is decided is written when it returns. */
  async apply(inputs: readonly CaseInput[], by: string): Promise<readonly CaseOutcome[]> {
    const contexts = await this.contexts(inputs.map(questionOf));
    const outcomes = new Array<CaseOutcome>(inputs.length);
    const lanes = new Map<EntitlementId, Routed[]>();
    const newlyRouted = new Map<string, EntitlementId>();
    const alone: { event: CaseEvent; index: number }[] = [];
    for (const [index, input] of inputs.entries()) {
      const context = contexts[index];
      if (context === undefined) throw new TypeError('Every event has a context.');
      const step = route(input, context, newlyRouted.get(input.caseId));
      if ('outcome' in step) outcomes[index] = step.outcome;
      else if ('event' in step) alone.push({ event: step.event, index });
      else {
        if (input.kind === 'attach') newlyRouted.set(input.caseId, step.id);
        const lane = lanes.get(step.id) ?? [];
        lane.push({ id: step.id, input, index, context });
        lanes.set(step.id, lane);
      }
    }
    await Promise.all([
      this.applyAlone(alone, outcomes),
      ...[...lanes].map(([id, lane]) => this.applyLane(id, lane, by, outcomes)),
    ]);
    return outcomes;
  }

  private async applyLane(
    id: EntitlementId,
    lane: readonly Routed[],
    by: string,
    outcomes: CaseOutcome[],
  ): Promise<void> {
    const events = lane.map(
      ({ input: { entitlementId: _entitlement, onExisting: _existing, ...event } }): WireCaseEvent => event,
    );
    const answers = await this.groupCommit.submit(id, { events, by, knowledge: knowledgeOf(lane) });
    for (const [position, { index, input, context }] of lane.entries()) {
      const answer = answers[position];
      if (answer !== undefined) outcomes[index] = outcomeOf(input, id, answer, context);
    }
  }

  /** Cases without an entitlement: one after the other, as a list may speak of one case several times. */
  private async applyAlone(
    alone: readonly { event: CaseEvent; index: number }[],
    outcomes: CaseOutcome[],
  ): Promise<void> {
    for (const { event, index } of alone) {
      const { repeated, refused } = await this.unattached(event);
      outcomes[index] =
        refused === null ? { ...nothingDecided(event), outcome: 'accepted', repeated } : refusedOutcome(event, refused);
    }
  }
}

const questionOf = (input: CaseInput): ContextQuestion => ({
  caseId: input.caseId,
  key: input.key,
  entitlementId: input.entitlementId ?? null,
  customerId: input.kind === 'attach' ? (input.customerId ?? null) : null,
  contactId: 'contactId' in input ? (input.contactId ?? null) : null,
  productId: 'productId' in input ? (input.productId ?? null) : null,
  channel: 'channel' in input ? (input.channel ?? null) : null,
});

type Step = { outcome: CaseOutcome } | { event: CaseEvent } | { id: EntitlementId };

/** Where an event goes: it is answered already, it speaks of a case without an entitlement, or an entitlement decides. */
function route(input: CaseInput, context: CaseContext, newlyRouted: EntitlementId | undefined): Step {
  const event = toCaseEvent(input, customerId(''));
  if (context.rowOfKey !== null) return { outcome: firstAnswer(event, input, context, context.rowOfKey) };
  if (context.unattachedKey !== null) return { outcome: firstAnswerAlone(event, context.unattachedKey) };
  const refused =
    namesUnknown(input, context) ?? (input.kind === 'attach' ? inTheWay(event, input, context) : undefined);
  if (refused !== undefined) return { outcome: refusedOutcome(event, refused) };
  if (newlyRouted !== undefined) {
    const elsewhere = input.kind === 'attach' && context.entitlement?.id !== newlyRouted;
    return elsewhere ? { outcome: refusedOutcome(event, existsAlready(event)) } : { id: newlyRouted };
  }
  if (input.kind === 'attach')
    return context.entitlement === null ? { event } : { id: entitlementId(context.entitlement.id) };
  if (context.case === null)
    return { outcome: refusedOutcome(event, refuse('not_found', `There is no case ${input.caseId}.`).refused) };
  return context.entitlement === null ? { event } : { id: entitlementId(context.entitlement.id) };
}

/** The answer that the key got when it first came; with other content, or for another entitlement, it is a conflict. */
function firstAnswer(event: CaseEvent, input: CaseInput, context: CaseContext, row: KeyRow): CaseOutcome {
  const otherEntitlement = input.entitlementId != null && input.entitlementId !== row.entitlementId;
  // A case that is put on an entitlement brings what was known of it then: the caller named the entitlement alone.
  const otherContent = input.onExisting
    ? row.caseAfter?.caseId !== event.caseId
    : row.fingerprint !== fingerprintOf(event);
  if (otherContent || otherEntitlement) return refusedOutcome(event, keyConflict(event));
  // It was attached here and given up again, as another entitlement had it first.
  if (row.kind === 'attached' && context.case !== null && context.case.entitlementId !== row.entitlementId)
    return refusedOutcome(event, existsAlready(event));
  return outcomeOf(
    input,
    entitlementId(row.entitlementId),
    {
      outcome: row.refusal === null ? 'accepted' : 'refused',
      repeated: true,
      seq: row.seq,
      ...(row.refusal === null ? {} : { code: row.refusal, detail: row.detail ?? '' }),
      row: { change: row.change, remainingAfter: row.remainingAfter, case: row.caseAfter },
      hasSla: false,
    },
    context,
  );
}

/** The same for a case without an entitlement, whose events are always accepted when they leave a key. */
const firstAnswerAlone = (event: CaseEvent, first: { fingerprint: string }): CaseOutcome =>
  first.fingerprint === fingerprintOf(event)
    ? { ...nothingDecided(event), outcome: 'accepted', repeated: true }
    : refusedOutcome(event, keyConflict(event));

const keyConflict = ({ key }: CaseEvent): Refusal =>
  refuse('idempotency_conflict', `The key ${key} came before with other content.`).refused;

const existsAlready = ({ caseId }: CaseEvent): Refusal =>
  refuse('conflict', `The case ${caseId} exists already, with other content.`, 'id').refused;

/** Records that the event names and that nobody has: `not_found` with the field, or what does not fit together. */
function namesUnknown(input: CaseInput, context: CaseContext): Refusal | undefined {
  const missing = (what: string, id: string, field: string) =>
    refuse('not_found', `There is no ${what} ${id}.`, field).refused;
  const { entitlementId: named } = input;
  if (named != null && context.entitlement === null) return missing('entitlement', named, 'entitlementId');
  if (input.kind === 'attach' && input.customerId !== undefined && !context.customerExists)
    return missing('customer', input.customerId, 'customerId');
  if ('contactId' in input && input.contactId != null) {
    const customer = input.kind === 'attach' ? input.customerId : context.case?.customerId;
    if (context.contactOf === null) return missing('contact', input.contactId, 'contactId');
    if (customer !== undefined && context.contactOf !== customer)
      return refuse(
        'contact_of_other_customer',
        `The contact ${input.contactId} is of customer ${context.contactOf}.`,
        'contactId',
      ).refused;
  }
  if ('productId' in input && input.productId != null && !context.productExists)
    return missing('product', input.productId, 'productId');
  if ('channel' in input && input.channel != null && !context.channelListed)
    return refuse('validation_failed', `The channel ${input.channel} is not in the organisation's list.`, 'channel')
      .refused;
  return undefined;
}

/** Why a case of that id cannot be created: it exists, with other content or elsewhere. The same again is no problem. */
function inTheWay(event: CaseEvent, input: CaseInput, { case: kase }: CaseContext): Refusal | undefined {
  if (event.kind !== 'attach' || kase === null) return undefined;
  if (input.onExisting === true && kase.entitlementId === null) {
    if (kase.status === 'active') return undefined;
    return refuse('wrong_state', `The case ${event.caseId} is ${kase.status}: reactivate it first.`).refused;
  }
  const same =
    kase.entitlementId === (input.entitlementId ?? null) &&
    kase.customerId === event.customerId &&
    kase.contactId === event.contactId &&
    kase.productId === event.productId &&
    kase.channel === event.channel &&
    kase.title === event.title;
  if (same && kase.entitlementId !== null) return undefined;
  return refuse('conflict', `The case ${event.caseId} exists already${same ? '' : ', with other content'}.`, 'id')
    .refused;
}

const knowledgeOf = (lane: readonly Routed[]): Knowledge => ({
  generation: Math.min(...lane.map(({ context }) => context.entitlement?.generation ?? 0)),
  cases: lane.flatMap(({ context: { onEntitlement } }) => (onEntitlement === null ? [] : [packCase(onEntitlement)])),
});

const nothingDecided = ({ key, caseId }: Pick<CaseEvent, 'key' | 'caseId'>) =>
  ({
    key,
    caseId,
    repeated: false,
    entitlementId: null,
    seq: null,
    change: 0,
    remainingTerm: null,
    case: null,
    mayHaveSla: false,
  }) as const;

const refusedOutcome = (event: Pick<CaseEvent, 'key' | 'caseId'>, { code, detail, field }: Refusal): CaseOutcome => ({
  ...nothingDecided(event),
  outcome: 'refused',
  code,
  detail,
  ...(field === undefined ? {} : { field }),
});

type AnswerWithRow = Omit<CommittedAnswer, 'row'> & {
  readonly row: { change: number; remainingAfter: number | null; case: CaseOnEntitlement | null } | undefined;
};

const outcomeOf = (
  input: CaseInput,
  id: EntitlementId,
  { row, ...answer }: AnswerWithRow,
  context: CaseContext,
): CaseOutcome => ({
  key: input.key,
  caseId: input.caseId,
  outcome: answer.outcome,
  repeated: answer.repeated,
  entitlementId: id,
  seq: answer.seq,
  change: row?.change ?? 0,
  remainingTerm: row?.remainingAfter ?? null,
  case: row?.case ?? null,
  mayHaveSla: answer.hasSla || (context.case !== null && context.case.slaId !== null),
  ...(answer.code === undefined ? {} : refusalOf(answer.code, answer.detail)),
});

function refusalOf(code: RefusalCode, detail = '') {
  const field = REFUSAL_FIELD[code];
  return field === undefined ? { code, detail } : { code, detail, field };
}
