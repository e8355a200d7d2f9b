import type { RowDraft } from '../ledger/ledger-row.ts';
import { type AmendmentBooks, type Charged, keptVoidable, type Voidable } from '../terms/amendments.ts';
import { movedDay } from '../terms/pauses.ts';
import { addedAfterTurn } from './after-turn.ts';
import { withUse } from './amended-row.ts';
import type { Entitlement } from './entitlement.ts';

/** The entitlement after rows about amendments, and what other rows do to them; `evolve` uses it. */

/** After a row that schedules an amendment, takes one back or drops one. */
export function withAhead(entitlement: Entitlement, { kind, facts }: RowDraft): Entitlement {
  const ahead = facts?.ahead;
  if (ahead === undefined) throw new TypeError(`A row ${kind} names its amendment.`);
  const others = withoutAhead(entitlement, ahead.n);
  if (kind !== 'amendment_scheduled') return others;
  const amendmentsAhead = [...(entitlement.amendmentsAhead ?? []), ahead];
  return { ...others, amendmentsAhead, amendmentsEver: ahead.n };
}

function withoutAhead({ amendmentsAhead = [], ...entitlement }: Entitlement, n: number): Entitlement {
  const left = amendmentsAhead.filter((one) => one.n !== n);
  return left.length === 0 ? entitlement : { ...entitlement, amendmentsAhead: left };
}

/** After a row that amends or voids; without the end, which `evolve` itself follows. */
export function withAmendment(entitlement: Entitlement, row: RowDraft): Entitlement {
  const { amendment, details, before = {}, books = {}, money = null, ofChannels = {}, bought } = row.facts ?? {};
  if (amendment === undefined || details === undefined) throw new TypeError(`A row ${row.kind} says what it changes.`);
  const { amendments = [] } = entitlement;
  const undone = amendments.find(({ n }) => n === amendment.voids);
  const added: Voidable = {
    n: amendment.n,
    before,
    change: row.change,
    ofChannels,
    money,
    turns: 0,
    books: booksOf(entitlement),
  };
  const kept =
    amendment.voids === undefined
      ? keptVoidable([...amendments, added])
      : amendments.filter(({ n }) => n !== amendment.voids);
  return {
    ...withoutBooks(withoutAhead(entitlement, amendment.n)),
    ...(amendment.voids === undefined ? books : undone?.books),
    ...(kept.length === 0 ? {} : { amendments: kept }),
    amendmentsEver: Math.max(amendment.n, entitlement.amendmentsEver ?? 0),
    details,
    granted: entitlement.granted + row.change,
    usedByChannel: withUse(entitlement.usedByChannel, ofChannels),
    ...(bought === undefined ? {} : { bought }),
  };
}

type Books = { readonly [Book in keyof AmendmentBooks]?: AmendmentBooks[Book] | undefined };

/** Only what is there: a state holds no fields that are undefined. */
const booksOf = ({ charged, priceBasis, prorated }: Books): AmendmentBooks => ({
  ...(charged === undefined ? {} : { charged }),
  ...(priceBasis === undefined ? {} : { priceBasis }),
  ...(prorated === undefined ? {} : { prorated }),
});

const withoutBooks = ({
  charged: _charged,
  priceBasis: _basis,
  prorated: _day,
  amendments: _stack,
  ...entitlement
}: Entitlement): Entitlement => entitlement;

/**
 * After the turn of a period: its allotment was granted whole, and a price for each period begins anew. An amendment has
 * then added what the new period has because of it.
 */
export function withPeriodTurned({ prorated: _, ...entitlement }: Entitlement): Entitlement {
  const { amendments, charged, ...rest } = entitlement;
  const added = addedAfterTurn(entitlement);
  const isPerPeriod = rest.details.price?.per === 'period';
  const turned = ({ books, ...one }: Voidable, index: number): Voidable => ({
    ...one,
    ...added[index],
    turns: one.turns + 1,
    books: booksOf({ ...books, ...(isPerPeriod ? { charged: undefined } : {}), prorated: undefined }),
  });
  return {
    ...rest,
    ...(charged === undefined || isPerPeriod ? {} : { charged }),
    ...(amendments === undefined ? {} : { amendments: amendments.map(turned) }),
  };
}

/** After an edit: what came before it can neither be voided nor reckoned with. */
export const withoutAmendments = (entitlement: Entitlement): Entitlement => withoutBooks(entitlement);

/** An entitlement that has ended: what lay ahead never comes. */
export function ended({ amendmentsAhead: _, ...entitlement }: Entitlement): Entitlement {
  return withoutBooks(entitlement);
}

/** After a pause that moved the end: the days that are charged move along, and so does an end to which a void returns. */
export function movedAmendments(entitlement: Entitlement, days: number): Entitlement {
  const { amendments, charged, ...rest } = entitlement;
  return {
    ...rest,
    ...(charged === undefined ? {} : { charged: movedStretch(charged, days) }),
    ...(amendments === undefined ? {} : { amendments: amendments.map((one) => movedVoidable(one, days)) }),
  };
}

const movedStretch = (stretch: Charged, days: number): Charged => ({
  ...stretch,
  from: movedDay(stretch.from, days),
  to: movedDay(stretch.to, days),
});

function movedVoidable({ before, books, ...one }: Voidable, days: number): Voidable {
  const { endDate } = before;
  const { charged } = books;
  return {
    ...one,
    before: endDate === undefined ? before : { ...before, endDate: movedDay(endDate, days) },
    books: charged === undefined ? books : { ...books, charged: movedStretch(charged, days) },
  };
}
