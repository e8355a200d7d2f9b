import type { LedgerRow } from './evidence.ts';
import { type AskedCase, type AskedCommand, firstTold, type Journal, type Told } from './journal.ts';
import type { Books, Finding } from './judge-record.ts';

/** Answers that say that the client or the product is at fault. */
const UNEXPECTED = new Set(['validation_failed', 'unauthenticated', 'forbidden', 'idempotency_conflict']);

/** Every answer says what its row says, and a repeated answer is the first one. */
export function* judgeAnswers({ cases, commands }: Journal, books: Books): Generator<Finding> {
  for (const asked of cases) {
    yield* unexpected(asked);
    for (const { told } of asked.attempts) {
      const wrong = told === null ? undefined : differsFromRow(asked, told, books);
      if (wrong !== undefined)
        yield inconsistent(asked, `an answer differs from its row: ${wrong}`, { told, rows: books.rowsOf(asked.key) });
    }
    yield* repeats(asked);
  }
  for (const asked of commands) {
    yield* unexpected(asked);
    for (const { told } of asked.attempts) {
      const wrong = told?.outcome === 'accepted' ? differsFromVersion(told, books) : undefined;
      if (wrong !== undefined) yield inconsistent(asked, `an answer differs from the ledger: ${wrong}`, told);
    }
    const outcomes = new Set(asked.attempts.flatMap(({ told }) => (told === null ? [] : [told.outcome])));
    if (outcomes.size > 1) yield inconsistent(asked, 'one key got different outcomes', asked.attempts);
  }
}

const inconsistent = (asked: AskedCase | AskedCommand, what: string, evidence: unknown): Finding => ({
  verdict: 'inconsistent',
  what,
  about: asked.key,
  evidence,
});

function* unexpected(asked: AskedCase | AskedCommand): Generator<Finding> {
  for (const { told, trouble } of asked.attempts) {
    if (trouble?.startsWith('500')) yield inconsistent(asked, 'was answered with 500', asked);
    if (told?.code === undefined || !UNEXPECTED.has(told.code)) continue;
    // The zone of a timed contract is an offset, which no new contract may have: it has no successor.
    if (asked.kind === 'accept' && told.code === 'validation_failed') continue;
    yield inconsistent(asked, `was answered with ${told.status} ${told.code}`, asked);
  }
}

/** How an answer differs from the row of its key; undefined where they agree. */
function differsFromRow({ key, kind }: AskedCase, told: Told, books: Books): string | undefined {
  if (told.outcome === 'told') return undefined;
  const [row] = books.rowsOf(key);
  if (told.seq === null)
    return told.outcome === 'accepted' && !books.isUnattached(key) ? 'there is no record of it' : undefined;
  if (row === undefined) return undefined;
  if (row.seq !== told.seq) return `seq ${told.seq}, row ${row.seq}`;
  if ((row.refusal ?? undefined) !== told.code) return `code ${told.code}, row ${row.refusal}`;
  if (told.outcome === 'refused') return undefined;
  if (told.change !== row.change) return `change ${told.change}, row ${row.change}`;
  if (told.remainingTerm !== row.remainingAfter) return `remaining ${told.remainingTerm}, row ${row.remainingAfter}`;
  const isOff = row.after?.isDetached === true || (kind === 'move' && told.entitlementId === null);
  if (told.entitlementId != null && !isOff && told.entitlementId !== row.entitlementId)
    return `entitlement ${told.entitlementId}, row ${row.entitlementId}`;
  return told.body === undefined || isOff ? undefined : differsAsCase(told.body, row);
}

function differsAsCase(body: Readonly<Record<string, unknown>>, { after }: LedgerRow): string | undefined {
  if (after === null) return undefined;
  const said = {
    status: body.status,
    minutes: body.minutes,
    channel: body.channel,
    decrements: body.decrementEntitlementTerm,
  };
  const field = (['status', 'minutes', 'channel', 'decrements'] as const).find((each) => said[each] !== after[each]);
  return field === undefined ? undefined : `${field} ${String(said[field])}, row ${String(after[field])}`;
}

/** A command is answered with the entitlement as it is, at a version: the ledger's row of that number. */
function differsFromVersion({ body }: Told, books: Books): string | undefined {
  if (body === undefined || typeof body.version !== 'number' || typeof body.id !== 'string') return undefined;
  const row = books.at(body.id, body.version);
  if (row === undefined) return `version ${body.version} is no row of ${body.id}`;
  return row.remainingAfter === body.remainingTerm
    ? undefined
    : `remaining ${String(body.remainingTerm)}, row ${row.remainingAfter}`;
}

/** A refusal without a row is not kept: the same key may be answered otherwise later. */
const isKept = ({ outcome, seq }: Told): boolean => outcome === 'accepted' || (outcome === 'refused' && seq !== null);

function* repeats(asked: AskedCase): Generator<Finding> {
  const kept = asked.attempts.flatMap(({ told }) => (told !== null && isKept(told) ? [told] : []));
  const [first] = kept;
  if (first === undefined || firstTold(asked) === undefined) return;
  for (const again of kept.slice(1)) {
    const wrong = (['outcome', 'code', 'seq', 'change', 'remainingTerm'] as const).find(
      (field) => first[field] !== undefined && again[field] !== undefined && first[field] !== again[field],
    );
    if (wrong !== undefined) yield inconsistent(asked, `a repeated answer has another ${wrong}`, { first, again });
    else if (first.body !== undefined && again.body !== undefined && !isSameBody(first.body, again.body))
      yield inconsistent(asked, 'a repeated answer is not the first one', { first, again });
  }
}

const isSameBody = (first: Readonly<Record<string, unknown>>, again: Readonly<Record<string, unknown>>): boolean =>
  canonical(first) === canonical(again);

const canonical = ({ repeated: _repeated, ...body }: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(Object.entries(body).sort(([one], [other]) => (one < other ? -1 : 1)));
