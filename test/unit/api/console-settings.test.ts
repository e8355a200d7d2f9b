import { expect, test } from 'vitest';
import { readConsoleSettings } from '../../../api/console/settings.ts';

const tokens = {
  issuer: 'https://login.example.com/realms/desk',
  audience: 'allot',
  keySetUrl: new URL('https://login.example.com/keys'),
  roleClaim: 'role',
  maxSeconds: 86_400,
};

test('without settings people sign in with a key, and nobody may frame the panel', () => {
  expect(readConsoleSettings(null, {})).toEqual({ signIn: null, issuerOrigins: [], panelAncestors: [] });
  // Tokens of other programs alone are no reason to send people to the issuer.
  expect(readConsoleSettings(tokens, {}).signIn).toBeNull();
});

test('with a client id people sign in with the issuer, and the console may call its origin', () => {
  const env = { ALLOT_CONSOLE_CLIENT_ID: 'allot-console' };
  expect(readConsoleSettings(tokens, env)).toMatchObject({
    signIn: { issuer: tokens.issuer, clientId: 'allot-console', scope: 'openid profile email', audience: 'allot' },
    issuerOrigins: ['https://login.example.com'],
  });
  const more = {
    ...env,
    ALLOT_CONSOLE_SCOPE: 'openid offline_access',
    ALLOT_CONSOLE_ISSUER_ORIGINS: 'https://tokens.example.com, https://login.example.com',
  };
  expect(readConsoleSettings(tokens, more)).toMatchObject({
    signIn: { scope: 'openid offline_access' },
    issuerOrigins: ['https://login.example.com', 'https://tokens.example.com'],
  });
});

test('the list of ancestors may have spaces, a slash behind an origin, and capitals', () => {
  const env = { ALLOT_PANEL_ANCESTORS: ' https://Desk.example.com/ ,http://localhost:3000,,https://desk.example.com' };
  expect(readConsoleSettings(null, env).panelAncestors).toEqual(['https://desk.example.com', 'http://localhost:3000']);
});

test.each([
  '*',
  'https://*.example.com',
  'https:',
  'https://',
  'desk.example.com',
  'https://desk.example.com/path',
  'https://user@desk.example.com',
  "https://desk.example.com; script-src 'unsafe-inline'",
  "https://a.example.com 'unsafe-inline'",
  "'self'",
  'javascript:alert(1)',
  'data:',
  'null',
])('an ancestor %s is refused, and the message names the setting', (origin) => {
  for (const name of ['ALLOT_PANEL_ANCESTORS', 'ALLOT_CONSOLE_ISSUER_ORIGINS'])
    expect(() => readConsoleSettings(null, { [name]: origin })).toThrow(new RegExp(`^${name} names `));
});

test('a client id without an issuer, an issuer without an https address, and a broken scope are refused', () => {
  const env = { ALLOT_CONSOLE_CLIENT_ID: 'allot-console' };
  expect(() => readConsoleSettings(null, env)).toThrow('set JWT_ISSUER and JWT_AUDIENCE as well');
  for (const issuer of ['http://login.example.com', 'our-login', 'ftp://login.example.com'])
    expect(() => readConsoleSettings({ ...tokens, issuer }, env)).toThrow(/^JWT_ISSUER is /);
  expect(readConsoleSettings({ ...tokens, issuer: 'http://127.0.0.1:9000' }, env).issuerOrigins).toEqual([
    'http://127.0.0.1:9000',
  ]);
  for (const scope of ['openid  email', ' openid', 'openid "x"', 'openid\nemail'])
    expect(() => readConsoleSettings(tokens, { ...env, ALLOT_CONSOLE_SCOPE: scope })).toThrow(
      /^ALLOT_CONSOLE_SCOPE is /,
    );
});
