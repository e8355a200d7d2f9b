import type { EpochMs } from '../calendar.ts';
import type { RowDraft, StartedRenewal } from '../ledger/ledger-row.ts';
import { withoutPause, withPause } from '../terms/pauses.ts';
import type { Entitlement } from './entitlement.ts';
import { movedAmendments } from './evolve-amendments.ts';

/** The entitlement after a row about a pause; `evolve` uses it. */
export function withPauseRow(
  entitlement: Entitlement,
  row: RowDraft,
  renewalForEnd: (renewal: StartedRenewal | null, endsAt: EpochMs | null) => StartedRenewal | null,
): Entitlement {
  const pause = row.facts?.pause;
  if (pause === undefined) throw new TypeError(`A row ${row.kind} names its pause.`);
  const { pauses = [], pausedSince, ...rest } = entitlement;
  const others = withoutPause(pauses, pause.n);
  switch (row.kind) {
    case 'pause_planned':
      return { ...entitlement, pauses: withPause(pauses, pause), pausesEver: pause.n };
    case 'pause_taken_back':
      return pausedSince === undefined ? listed(rest, others) : { ...listed(rest, others), pausedSince };
    case 'paused':
      return {
        ...rest,
        pauses: withPause(others, pause),
        pausesEver: Math.max(pause.n, rest.pausesEver ?? 0),
        pausedSince: row.at,
      };
    default: {
      const { details, endsAt, period, topUps, topUpsAhead, movedDays = 0 } = row.facts ?? {};
      const resumed = movedDays === 0 ? listed(rest, others) : movedAmendments(listed(rest, others), movedDays);
      const moved = (resumed.movedDays ?? 0) + movedDays;
      return {
        ...resumed,
        details: details ?? resumed.details,
        period: period ?? resumed.period,
        topUps: topUps ?? resumed.topUps,
        ...(topUpsAhead === undefined ? {} : { topUpsAhead }),
        ...(moved === 0 ? {} : { movedDays: moved }),
        ...(endsAt === undefined ? {} : { endsAt, renewal: renewalForEnd(resumed.renewal, endsAt) }),
      };
    }
  }
}

const listed = (entitlement: Entitlement, pauses: Entitlement['pauses'] & object): Entitlement =>
  pauses.length === 0 ? entitlement : { ...entitlement, pauses };

/** An entitlement that has ended: its pauses end with it, and those ahead never come. */
export function withoutPauses({ pauses: _, pausedSince: _since, ...entitlement }: Entitlement): Entitlement {
  return entitlement;
}
