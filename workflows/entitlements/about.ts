import { isOwnKey } from '../../domain/input-limits.ts';
import type { WireCaseEvent } from './wire-case-event.ts';

/** What a message is about: what must be known before it is decided. */
export interface About {
  readonly cases: readonly string[];
  readonly keys: readonly string[];
  /**
   * Its keys count once in all ledgers, so the workflow must first find out whether another entitlement decided under
   * them.
   */
  readonly everywhere?: boolean;
  /**
   * It finishes a move, and messages about cases that move in wait for that. So it must not wait behind other messages,
   * or two entitlements could wait for each other.
   */
  readonly passes?: boolean;
}

export const ABOUT_NOTHING: About = { cases: [], keys: [] };

export const aboutKey = (key: string | null): About => (key === null ? ABOUT_NOTHING : { cases: [], keys: [key] });

export function aboutEvents(events: readonly WireCaseEvent[]): About {
  // Events of entitlements are part of a move or of sharing. No other ledger has their keys, which name a row of this
  // one.
  const areOwn = events.every(({ key }) => isOwnKey(key));
  return {
    cases: events.map(({ caseId }) => caseId),
    keys: events.map(({ key }) => key),
    everywhere: !areOwn,
    passes: areOwn,
  };
}
