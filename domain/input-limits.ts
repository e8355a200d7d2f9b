/** What ids, keys and texts from outside may look like, over HTTP and in signals alike. Lengths are in characters. */

/** Printable, without blanks, short enough for an index and a log line. */
export const ID_PATTERN = /^[A-Za-z0-9._:@~-]{1,200}$/;
export const ID_RULE = 'must have 1 to 200 characters from A-Z a-z 0-9 . _ : @ ~ -';
export const KEY_PATTERN = /^[\x21-\x7e]{1,255}$/;
export const KEY_RULE = 'must be 1 to 255 printable ASCII characters without blanks';

/**
 * The beginnings of the keys that entitlements give their own case events (domain/cases/case-custody.ts). No caller may
 * use them.
 */
const OWN_PREFIXES = ['lost:', 'moved:', 'spill:', 'spilled:'] as const;
export type OwnPrefix = (typeof OWN_PREFIXES)[number];

/** Whether an entitlement made the key for an event of its own. */
export const isOwnKey = (key: string): boolean => OWN_PREFIXES.some((prefix) => key.startsWith(prefix));
export const OWN_KEY_RULE = `must not begin with ${OWN_PREFIXES.slice(0, -1).join(', ')} or ${OWN_PREFIXES.at(-1)}`;
export const CALLER_KEY_PATTERN = new RegExp(`^(?!${OWN_PREFIXES.join('|')})[\\x21-\\x7e]{1,255}$`);
export const CALLER_KEY_RULE = `${KEY_RULE}, and ${OWN_KEY_RULE}`;

export const CHANNEL_PATTERN = /^[a-z0-9][a-z0-9-]{0,39}$/;
export const CHANNEL_RULE = 'must have 1 to 40 characters from a-z 0-9 -';
/** Ten years of minutes: more than any case can take. */
export const MAX_CASE_MINUTES = 5_256_000;
/** The longest reason of a caller, and the longest explanation of why an entitlement was picked. */
export const MAX_REASON_CHARS = 500;
export const MAX_TITLE_CHARS = 200;
/** The longest name of a sender. */
export const MAX_BY_CHARS = 200;
/** The name in the ledger of what the system does by itself. Nobody else may use it. */
export const OWN_NAME = 'allot';
export const isOwnName = (name: string): boolean => name.toLowerCase() === OWN_NAME;

export const TEXT_RULE = 'without NUL characters and without lone surrogates';
/** Whether PostgreSQL can store the text: it has no NUL and no lone surrogate. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();
