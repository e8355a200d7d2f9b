import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { type NodeProcess, startProcess } from '../../dev/node-process.ts';
import { ask } from '../support/api-client.ts';
import { openTab, signedInWith } from '../support/browser.ts';
import { allowTrouble } from '../support/browser-watch.ts';
import { aKey } from '../support/callers.ts';
import { OpenIdProvider } from '../support/openid-provider.ts';

const WANTED = '/entitlements?q=wanted';
const stored = (page: Page) => page.evaluate(() => sessionStorage.getItem('allot.session'));

const keyField = (page: Page) => page.getByLabel('API key');
async function signInWith(page: Page, key: string): Promise<void> {
  await keyField(page).fill(key);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}
const isAtList = (page: Page) => page.getByRole('heading', { name: 'Entitlements', level: 1 }).waitFor();

describe('with an API key', () => {
  test('a person signs in at the page that they wanted, and a key that Allot does not know is refused', async () => {
    const { key, name } = await aKey('viewer');
    const page = await openTab();
    allowTrouble(page, /status of 401/);
    await page.goto(WANTED);
    await signInWith(page, 'allot_nothing');
    await page.getByText('Allot does not know this key.').waitFor();
    expect(await keyField(page).getAttribute('aria-invalid')).toBe('true');
    expect(await stored(page)).toBeNull();
    await signInWith(page, 'schlüssel');
    await page.getByText('without spaces').waitFor();
    await signInWith(page, ` ${key} `);
    await isAtList(page);
    expect(new URL(page.url()).search).toBe('?q=wanted');
    expect(await page.getByLabel('Search by name').inputValue()).toBe('wanted');
    await page.getByRole('button', { name: 'Your account' }).getByText(name).waitFor();
  });

  test('a person signs out, and nothing of what they saw is left in the tab', async () => {
    const { key } = await aKey('viewer');
    const page = await signedInWith(key);
    await page.goto(WANTED);
    await isAtList(page);
    await page.getByRole('button', { name: 'Your account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await keyField(page).waitFor();
    expect([await stored(page), await page.getByRole('heading', { level: 1 }).allTextContents()]).toEqual([
      null,
      ['Sign in to Allot'],
    ]);
    await page.reload();
    await keyField(page).waitFor();
  });

  test('a key that is revoked leads back to the sign-in, and the page stays as it was typed', async () => {
    const { key, id } = await aKey('viewer');
    const page = await signedInWith(key);
    allowTrouble(page, /status of 401/);
    await page.goto('/entitlements');
    await isAtList(page);
    expect((await ask('POST', `/v1/api-keys/${id}/revoke`, {})).status).toBe(200);
    await page.getByLabel('Search by name').fill('typed before');
    await page.getByText('Sign in again to go on where you were').waitFor();
    expect(await stored(page)).toBeNull();
    await signInWith(page, (await aKey('viewer')).key);
    await page.getByText('Sign in again to go on where you were').waitFor({ state: 'hidden' });
    expect(await page.getByLabel('Search by name').inputValue()).toBe('typed before');
    expect(new URL(page.url()).search).toBe('?q=typed+before');
  });

  test('a key that was revoked while the tab slept leads to the sign-in, which says so', async () => {
    const { key, id } = await aKey('viewer');
    await ask('POST', `/v1/api-keys/${id}/revoke`, {});
    const page = await signedInWith(key);
    allowTrouble(page, /status of 401/);
    await page.goto(WANTED);
    await page.getByText('Your sign-in has ended').waitFor();
    await signInWith(page, (await aKey('viewer')).key);
    await isAtList(page);
    expect(new URL(page.url()).search).toBe('?q=wanted');
  });
});

describe('with the issuer', () => {
  let provider: OpenIdProvider;
  let api: NodeProcess;
  let baseUrl: string;
  beforeAll(async () => {
    provider = await OpenIdProvider.start({ clientId: 'allot-console', audience: 'allot-tests' });
    api = await startProcess('api', {
      DATABASE_URL: inject('databaseUrl'),
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      JWT_ISSUER: provider.issuer,
      JWT_AUDIENCE: 'allot-tests',
      ALLOT_CONSOLE_CLIENT_ID: 'allot-console',
      ALLOT_CONSOLE_SCOPE: 'openid profile offline_access',
    });
    baseUrl = `http://127.0.0.1:${api.port}`;
    provider.register(`${baseUrl}/sign-in/callback`);
  });
  afterAll(async () => {
    await api?.stop();
    provider?.stop();
  });
  beforeEach(() => {
    provider.tokenSeconds = 300;
  });

  const aTab = () => openTab({ baseUrl, origins: [provider.issuer] });
  const leave = (page: Page) =>
    page.getByRole('button', { name: `Sign in with ${new URL(provider.issuer).host}` }).click();
  const agree = (page: Page) => page.getByRole('link', { name: 'Continue as Ann Agent' }).click();

  test('a person signs in by code with PKCE, and comes back to the page that they wanted', async () => {
    const page = await aTab();
    await page.goto(WANTED);
    await leave(page);
    await agree(page);
    await isAtList(page);
    expect([new URL(page.url()).pathname, new URL(page.url()).search]).toEqual(['/entitlements', '?q=wanted']);
    await page.getByRole('button', { name: 'Your account' }).getByText('Ann Agent').waitFor();
    expect(Object.fromEntries(provider.asked)).toMatchObject({
      client_id: 'allot-console',
      response_type: 'code',
      code_challenge_method: 'S256',
      scope: 'openid profile offline_access',
      audience: 'allot-tests',
    });
    // Neither the code nor what belongs to it is left behind.
    await page.goBack();
    await page.waitForURL((url) => url.origin === provider.issuer || url.pathname === '/entitlements');
    expect(page.url()).not.toContain('code=');
  });

  test('a person who refuses, and an answer that nobody asked for, get told so and can sign in again', async () => {
    const page = await aTab();
    await page.goto(WANTED);
    await leave(page);
    await page.getByRole('link', { name: 'Refuse' }).click();
    await page.getByText('refused or broken off').waitFor();
    await page.goto('/sign-in/callback?code=stolen&state=guessed');
    await page.getByText('did not ask for a sign-in').waitFor();
    expect(await stored(page)).toBeNull();
    await page.getByRole('link', { name: 'Sign in again' }).click();
    await page.getByRole('button', { name: 'Use an API key instead' }).click();
    await signInWith(page, (await aKey('viewer')).key);
    await page.getByRole('button', { name: 'Your account' }).waitFor();
  });

  /** The token that the page holds runs out now, as far as the page knows. */
  const letRunOut = (page: Page) =>
    page.evaluate(() => {
      const session = JSON.parse(sessionStorage.getItem('allot.session') ?? '{}');
      sessionStorage.setItem('allot.session', JSON.stringify({ ...session, expiresAt: Date.now() }));
    });

  test('a token is renewed before it runs out, once for all calls of a page', async () => {
    const page = await aTab();
    await page.goto('/entitlements');
    await leave(page);
    await agree(page);
    await isAtList(page);
    await letRunOut(page);
    const before = provider.made.refresh_token;
    await page.goto('/entitlements?q=zzyzx');
    await page.getByText('No entitlement matches').waitFor();
    expect(provider.made.refresh_token).toBe(before + 1);
    const session = JSON.parse((await stored(page)) ?? '{}');
    expect(session.expiresAt).toBeGreaterThan(Date.now() + 200_000);
  });

  test('when the issuer ends the sign-in, the person signs in again in a window and goes on with the same page', async () => {
    const page = await aTab();
    provider.tokenSeconds = 20;
    await page.goto('/entitlements');
    await leave(page);
    await agree(page);
    await isAtList(page);
    provider.revokeRefreshTokens();
    allowTrouble(page, /status of 40[01]/);
    await page.getByLabel('Search by name').fill('typed before');
    await page.getByText('Sign in again to go on where you were').waitFor();
    provider.tokenSeconds = 300;
    const opened = page.waitForEvent('popup');
    await leave(page);
    const asked = await opened;
    await leave(asked);
    await agree(asked);
    await page.getByText('Sign in again to go on where you were').waitFor({ state: 'hidden' });
    expect(asked.isClosed()).toBe(true);
    expect(await page.getByLabel('Search by name').inputValue()).toBe('typed before');
    await page.getByText('No entitlement matches').waitFor();
  });
});
