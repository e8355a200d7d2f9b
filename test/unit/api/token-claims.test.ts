import { expect, test } from 'vitest';
import { whyNotAccepted } from '../../../api/access/token-claims.ts';

const NOW = 1_800_000_000;
const why = (header: object, claims: object): string | undefined =>
  whyNotAccepted(
    { alg: 'RS256', ...header },
    { iat: NOW, exp: NOW + 300, ...claims },
    { maxSeconds: 86_400, nowMs: NOW * 1_000 },
  );

test.each([undefined, 'JWT', 'jwt', 'at+jwt', 'AT+JWT', 'application/at+jwt', 'application/jwt'])(
  'a token of type %s is an access token',
  (typ) => {
    expect(why(typ === undefined ? {} : { typ }, {})).toBeUndefined();
  },
);

test.each(['id+jwt', 'logout+jwt', 'dpop+jwt', 'secevent+jwt', 'JWE', '', 'at+jwt+x', 7, null, ['JWT']])(
  'a token of type %o is none',
  (typ) => {
    expect(why({ typ }, {})).toContain('not an access token');
  },
);

test.each([
  { typ: 'ID' },
  { typ: 'Refresh' },
  { typ: 'Offline' },
  { token_use: 'id' },
  { at_hash: 'x' },
  { c_hash: 'x' },
  { s_hash: 'x' },
  { events: {} },
])('a token with %o in its payload is none', (claims) => {
  expect(why({}, claims)).toContain('not an access token');
});

test.each([{ typ: 'Bearer' }, { token_use: 'access' }, { nonce: 'x' }])('a token with %o can be one', (claims) => {
  expect(why({}, claims)).toBeUndefined();
});

test('a token lives at most as long as the setting says, counted from its beginning, or from now without one', () => {
  expect(why({}, { exp: NOW + 86_400 })).toBeUndefined();
  expect(why({}, { exp: NOW + 86_406 })).toContain('at most 86400 seconds');
  expect(why({}, { iat: undefined, exp: NOW + 86_406 })).toContain('at most 86400 seconds');
  expect(why({}, { iat: NOW - 86_000, exp: NOW + 300 })).toBeUndefined();
  expect(why({}, { iat: NOW - 86_400 * 30, exp: NOW + 300 })).toContain('at most 86400 seconds');
  expect(why({}, { exp: 1e308 })).toContain('at most 86400 seconds');
});

test('a token that begins in the future is refused, but for the tolerance of clocks', () => {
  expect(why({}, { iat: NOW + 5 })).toBeUndefined();
  expect(why({}, { iat: NOW + 6 })).toContain('in the future');
});
