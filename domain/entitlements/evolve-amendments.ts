import type { EpochMs } from '../calendar.ts';
import type { RowDraft } from '../ledger/ledger-row.ts';
import { type AmendmentBooks, type Charged, keptVoidable, type Voidable } from '../terms/amendments.ts';
import { movedDay } from '../terms/pauses.ts';
import { movedTopUp, type TopUp, topUpsLeft, withoutLapsed, withTopUp } from '../terms/top-ups.ts';
import { sideAfterTurn } from './after-turn.ts';
import { withUse } from './amended-row.ts';
import type { Entitlement } from './entitlement.ts';
import { standsStill } from './pause-time.ts';
import { amendmentsAfter, type Side } from './without-amendments.ts';

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
  const {
    amendment,
    details,
    before = {},
    books = {},
    money = null,
    ofChannels = {},
    bought,
    topUps,
  } = row.facts ?? {};
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
    ...(topUps === undefined ? {} : { topUps }),
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
  const isPerPeriod = rest.details.price?.per === 'period';
  const turned = ({ books, ...one }: Voidable): Voidable => ({
    ...one,
    turns: one.turns + 1,
    books: booksOf({ ...books, ...(isPerPeriod ? { charged: undefined } : {}), prorated: undefined }),
  });
  return {
    ...rest,
    ...(charged === undefined || isPerPeriod ? {} : { charged }),
    ...(amendments === undefined ? {} : { amendments: amendmentsAfterTurn(entitlement).map(turned) }),
  };
}

const amendmentsAfterTurn = (entitlement: Entitlement): readonly Voidable[] =>
  amendmentsAfter(entitlement, (side) => sideAfterTurn(entitlement, side));

/**
 * To be called before any row at `now`. With an amendment, the contract may have used up a top-up that it would still have
 * without it. When that top-up expires, no row says so; what would have lapsed is reckoned here. While a pause moves the
 * end, no top-up expires.
 */
export function withLapsedElsewhere(entitlement: Entitlement, now: EpochMs): Entitlement {
  const { amendments = [], topUps } = entitlement;
  const isOver = ({ expiresAt }: TopUp) =>
    expiresAt !== null && expiresAt <= now && !topUps.some((own) => own.expiresAt === expiresAt);
  if (!amendments.some((one) => one.topUps?.some(isOver)) || standsStill(entitlement)) return entitlement;
  return { ...entitlement, amendments: amendmentsAfter(entitlement, (side) => withoutLapsed(side, isOver)) };
}

/**
 * Before a row that adds a top-up or ends one: without an amendment as much would be added, and perhaps not as much would
 * lapse or count as used.
 */
export function withTopUpsChanged(entitlement: Entitlement, row: RowDraft): Entitlement {
  if (entitlement.amendments === undefined) return entitlement;
  return { ...entitlement, amendments: amendmentsAfter(entitlement, changeOfTopUps(entitlement, row)) };
}

function changeOfTopUps({ topUps }: Entitlement, { kind, facts }: RowDraft): (side: Side) => Side {
  const due = topUps[0]?.expiresAt;
  if (kind === 'top_up_expired') return (side) => withoutLapsed(side, ({ expiresAt }) => expiresAt === due);
  // A top-up that starts later adds nothing yet.
  const added = facts?.topUps === undefined ? undefined : facts.topUp;
  if (added === undefined) return (side) => side;
  const { amount, expiresOn, expiresAt } = added;
  return (side) => {
    const left = topUpsLeft(side.topUps, side.remaining);
    return { ...side, remaining: side.remaining + amount, topUps: withTopUp(left, { amount, expiresOn, expiresAt }) };
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
  const { timeZone } = rest.details;
  return {
    ...rest,
    ...(charged === undefined ? {} : { charged: movedStretch(charged, days) }),
    ...(amendments === undefined ? {} : { amendments: amendments.map((one) => movedVoidable(one, days, timeZone)) }),
  };
}

const movedStretch = (stretch: Charged, days: number): Charged => ({
  ...stretch,
  from: movedDay(stretch.from, days),
  to: movedDay(stretch.to, days),
});

function movedVoidable({ before, books, topUps, ...one }: Voidable, days: number, timeZone: string): Voidable {
  const { endDate } = before;
  const { charged } = books;
  return {
    ...one,
    before: endDate === undefined ? before : { ...before, endDate: movedDay(endDate, days) },
    books: charged === undefined ? books : { ...books, charged: movedStretch(charged, days) },
    ...(topUps === undefined ? {} : { topUps: topUps.map((topUp) => movedTopUp(topUp, days, timeZone)) }),
  };
}
