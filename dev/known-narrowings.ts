import type { DocumentDifference } from './openapi-differences.ts';

interface Narrowing {
  readonly what: RegExp;
  readonly why: string;
}

/**
 * Requests that the document of 0.1.0 allowed and that the present one does not. CHANGELOG.md names the first; the code
 * of 0.1.0 already refused the others.
 */
export const NARROWED_SINCE_0_1_0: readonly Narrowing[] = [
  { what: /is "\^\(\?!lost:\|moved:\|spill:\|spilled:\)/, why: 'keys that begin like those of the product itself' },
  { what: /^pattern is new, is "\^\[!-~/, why: 'names of API keys that cannot be told apart when they are read' },
  { what: /^pattern is new, is "\^\[A-Za-z0-9\._-\]\+\$"$/, why: 'cursors that no answer had' },
  { what: /^format is new, is "iana-time-zone"$/, why: 'time zones that do not exist' },
  { what: /^uniqueItems is new/, why: 'lists that name something twice' },
  { what: /24:00/, why: 'times that no clock shows' },
];

/** Why a difference that narrows what callers may send is known; undefined for any other difference. */
export const whyKnown = ({ kind, what }: DocumentDifference): string | undefined =>
  kind === 'narrowed' ? NARROWED_SINCE_0_1_0.find((narrowing) => narrowing.what.test(what))?.why : undefined;
