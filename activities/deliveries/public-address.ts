import { type LookupAddress, lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { BlockList, isIP } from 'node:net';

/**
 * IPv4 networks that are not on the public internet (IANA's special-purpose registry), multicast and reserved ones
 * included.
 */
const NOT_PUBLIC_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;

/** IPv6 is public only within 2000::/3, without these: tunnels that hold an IPv4 address, and documentation. */
const NOT_PUBLIC_V6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const notPublic = new BlockList();
for (const [net, prefix] of NOT_PUBLIC_V4) notPublic.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of NOT_PUBLIC_V6) notPublic.addSubnet(net, prefix, 'ipv6');
const global = new BlockList();
global.addSubnet('2000::', 3, 'ipv6');

/**
 * Whether a text is an IP address of the public internet. Loopback, link-local, private, unique-local, carrier-grade
 * NAT, multicast, unspecified and reserved addresses are not, nor is IPv6 that holds an IPv4 address.
 */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !notPublic.check(address, 'ipv4');
  return family === 6 && !address.includes('%') && global.check(address, 'ipv6') && !notPublic.check(address, 'ipv6');
}

/** The host of a URL without the brackets that IPv6 has there. */
const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1');

/**
 * What is wrong with a webhook's URL; undefined if nothing is. Names are resolved at each attempt and not here, because
 * they can lead to another address at any time.
 */
export function problemWithUrl(text: string, allowPrivate: boolean): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHttp = url?.protocol === 'https:' || (allowPrivate && url?.protocol === 'http:');
  if (url === undefined || !isHttp) return `must be an ${allowPrivate ? 'http or https' : 'https'} address`;
  if (url.username !== '' || url.password !== '') return 'must not hold a name or a password';
  const host = hostOf(url);
  const isOwn = isIP(host) === 0 ? OWN_NAMES.test(host) : !isPublicAddress(host);
  return isOwn && !allowPrivate ? notPublicAt(host) : undefined;
}

/** Names that are never on the public internet (RFC 6761, RFC 6762, and ICANN's `internal`). */
const OWN_NAMES = /(^|\.)(localhost|local|internal)\.?$/i;

const notPublicAt = (address: string): string =>
  `leads to ${address}, which is not an address of the public internet (ALLOT_WEBHOOK_ALLOW_PRIVATE allows it, for development)`;

/** A name or address leads into a private network. */
export class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';

  constructor(address: string) {
    super(`The URL ${notPublicAt(address)}.`);
  }
}

/**
 * Resolves names for a connection, and refuses a name if any of its addresses is not public. The connection uses the
 * addresses that were checked, so a DNS answer that changes in between does not help an attacker.
 */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error !== null) return callback(error, '', 0);
    const own = addresses.find(({ address }) => !isPublicAddress(address));
    if (own !== undefined) return callback(new PrivateAddressError(own.address), '', 0);
    const [first] = addresses;
    if (options.all === true || first === undefined) return callback(null, addresses);
    callback(null, first.address, first.family);
  });
};
