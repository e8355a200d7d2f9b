/** How much the API accepts from one caller; see docs/operations.md. 0 turns a limit off. */
export interface LimitSettings {
  /** Requests of one API key, or of one person with tokens, in a minute. */
  readonly requestsPerMinute: number;
  /** Failed authentications from one client address. */
  readonly failuresPerAddressPerMinute: number;
  /** Failed authentications with one prefix of a key, from all addresses together. */
  readonly failuresPerKeyPrefixPerMinute: number;
  /** The proxies in front of the API whose X-Forwarded-For is believed: their number, or their addresses. */
  readonly trustProxy: number | readonly string[];
}

/** Ten thousand a second: it stops a program that has run out of control, not a busy integration. */
const DEFAULT_REQUESTS = 600_000;
const DEFAULT_FAILURES_PER_ADDRESS = 600;
const DEFAULT_FAILURES_PER_KEY_PREFIX = 300;
const MAX_HOPS = 10;

/** Reads the limits from the environment. Throws with a message that names the variable when a value is not valid. */
export function readLimitSettings(env: NodeJS.ProcessEnv = process.env): LimitSettings {
  const count = (name: string, byDefault: number): number => {
    const given = env[name];
    if (given === undefined || given === '') return byDefault;
    if (!/^\d{1,9}$/.test(given)) throw new Error(`${name} is ${given}: it must be a whole number; 0 means no limit.`);
    return Number(given);
  };
  return {
    requestsPerMinute: count('ALLOT_REQUESTS_PER_MINUTE', DEFAULT_REQUESTS),
    failuresPerAddressPerMinute: count('ALLOT_FAILED_LOGINS_PER_ADDRESS', DEFAULT_FAILURES_PER_ADDRESS),
    failuresPerKeyPrefixPerMinute: count('ALLOT_FAILED_LOGINS_PER_KEY', DEFAULT_FAILURES_PER_KEY_PREFIX),
    trustProxy: trustedProxies(env.ALLOT_TRUST_PROXY ?? ''),
  };
}

/** `true` is not accepted: any caller could then pretend to have another address. */
function trustedProxies(given: string): LimitSettings['trustProxy'] {
  if (given === '') return 0;
  if (/^\d{1,2}$/.test(given) && Number(given) <= MAX_HOPS) return Number(given);
  const addresses = given.split(',').map((address) => address.trim());
  if (
    addresses.every((address) =>
      /^(loopback|linklocal|uniquelocal|[\da-f.:]*[.:][\da-f.:]*(\/\d{1,3})?)$/i.test(address),
    )
  )
    return addresses;
  throw new Error(
    `ALLOT_TRUST_PROXY is ${given}: it must be the number of proxies in front of the API (0 to ${MAX_HOPS}), or their ` +
      'addresses or subnets, separated by commas.',
  );
}
