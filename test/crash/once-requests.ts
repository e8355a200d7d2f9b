import type { WireCaseEvent } from '../../workflows/entitlements/wire-case-event.ts';
import type { Wish } from './once-story.ts';

/** The records of one story: its wishes name cases and entitlements by their place in these lists. */
export interface Records {
  readonly customerId: string;
  readonly cases: readonly string[];
  readonly entitlements: readonly string[];
}

/** The wish as an event for a workflow or a list; undefined for a move, which is none. */
export function eventOf(
  records: Records,
  wish: Wish,
  key: string,
): Exclude<WireCaseEvent, { kind: 'detach' }> | undefined {
  const base = { key, caseId: caseOf(records, wish) };
  switch (wish.kind) {
    case 'attach':
      return { kind: 'attach', ...base, ...factsOf(records, wish) };
    case 'update':
      return { kind: 'update', ...base, ...wish.change };
    case 'resolve':
      return { kind: 'resolve', ...base, minutes: wish.minutes };
    case 'move':
      return undefined;
    default:
      return { kind: wish.kind, ...base };
  }
}

/** The wish as a request of its own route. */
export function requestOf(records: Records, wish: Wish): { method: string; path: string; body: object } {
  const path = `/v1/cases/${caseOf(records, wish)}`;
  const named = (to: number | null) => (to === null ? null : records.entitlements[to]);
  switch (wish.kind) {
    case 'attach': {
      const to = wish.to === null ? {} : { entitlementId: named(wish.to) };
      return {
        method: 'POST',
        path: '/v1/cases',
        body: { id: caseOf(records, wish), ...factsOf(records, wish), ...to },
      };
    }
    case 'update':
      return { method: 'PATCH', path, body: wish.change };
    case 'move':
      return { method: 'PATCH', path, body: { entitlementId: named(wish.to) } };
    case 'resolve':
      return { method: 'POST', path: `${path}/resolve`, body: { minutes: wish.minutes } };
    default:
      return { method: 'POST', path: `${path}/${wish.kind}`, body: {} };
  }
}

const factsOf = ({ customerId }: Records, { channel }: Extract<Wish, { kind: 'attach' }>) => ({
  customerId,
  minutes: 20,
  ...(channel === null ? {} : { channel }),
});

const caseOf = ({ cases }: Records, wish: Wish): string => cases[wish.case] ?? '';
