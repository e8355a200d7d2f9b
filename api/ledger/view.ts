import type { LedgerRow, RowFacts } from '../../domain/ledger/ledger-row.ts';
import type { AllocationType } from '../../domain/terms/allocation.ts';
import { type Charge, chargeAmount } from '../../domain/terms/overage-charge.ts';
import { amendmentAheadView } from '../entitlements/amendment-view.ts';
import { pauseView } from '../entitlements/pause-view.ts';
import { iso } from '../http/instants.ts';

/** A ledger row as callers see it; `change` and `remainingAfter` are cases or minutes. */
export const rowView = (row: LedgerRow) => ({
  seq: row.seq,
  kind: row.kind,
  caseId: row.caseId,
  channel: row.channel,
  change: row.change,
  useChange: row.useChange ?? (row.caseId === null ? 0 : -row.change || 0),
  remainingAfter: row.remainingAfter,
  heldChange: row.heldChange,
  overage: row.overage,
  charge: row.charge === null ? null : chargeView(row.charge, row.case?.rule.unit ?? 'cases'),
  who: row.by,
  why: row.reason ?? row.detail,
  when: iso(row.at),
  key: row.key,
  refusal: row.refusal,
  facts: row.facts === null ? null : factsView(row.facts),
});

export type RowView = ReturnType<typeof rowView>;

/** A charge with its amount: the quantity, in cases or minutes, at the price of one case or one hour. */
const chargeView = ({ credits = [], ...charge }: Charge, unit: AllocationType) => ({
  ...charge,
  amount: chargeAmount(charge, unit),
  credits: [...credits],
});

/** What a row says beyond its kind, with its instants written as in all answers. */
export function factsView({
  startsAt,
  endsAt,
  period,
  topUps,
  topUp,
  topUpsAhead,
  bought: _state,
  books: _books,
  ofChannels: _ofChannels,
  ahead,
  pause,
  ...facts
}: RowFacts) {
  return {
    ...facts,
    ...(period == null ? {} : { period: { startsAt: iso(period.startsAt), endsAt: iso(period.endsAt) } }),
    ...(topUps === undefined ? {} : { topUps: topUps.map(({ expiresAt: _at, ...rest }) => rest) }),
    ...(topUp === undefined
      ? {}
      : {
          topUp: {
            amount: topUp.amount,
            startsOn: 'startsOn' in topUp ? topUp.startsOn : null,
            expiresOn: topUp.expiresOn,
            expiresAt: topUp.expiresAt === null ? null : iso(topUp.expiresAt),
            price: topUp.price,
            currency: topUp.currency,
          },
        }),
    ...(topUpsAhead === undefined
      ? {}
      : { topUpsAhead: topUpsAhead.map(({ amount, startsOn, expiresOn }) => ({ amount, startsOn, expiresOn })) }),
    ...(ahead === undefined ? {} : { ahead: amendmentAheadView(ahead) }),
    ...(pause === undefined ? {} : { pause: pauseView(pause) }),
    ...(startsAt === undefined ? {} : { startsAt: iso(startsAt) }),
    ...(endsAt === undefined ? {} : { endsAt: iso(endsAt) }),
  };
}

export type FactsView = ReturnType<typeof factsView>;
