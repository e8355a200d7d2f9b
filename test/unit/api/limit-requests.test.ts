import type { Request, Response } from 'express';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { setIdentity } from '../../../api/http/identity.ts';
import { FailedAuthentications, limitRequests } from '../../../api/http/limit-requests.ts';
import type { LimitSettings } from '../../../api/http/limit-settings.ts';

const OFF: LimitSettings = {
  requestsPerMinute: 0,
  failuresPerAddressPerMinute: 0,
  failuresPerKeyPrefixPerMinute: 0,
  trustProxy: 0,
};
const LIMITED = { refusal: { code: 'rate_limited' } };

/** Logs into a list. */
function listLogger() {
  const lines: Record<string, unknown>[] = [];
  return { lines, log: pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) }) };
}

function requestFrom(address: string, key?: string): Request {
  const headers: Record<string, string | undefined> = { 'X-API-Key': key };
  const request: unknown = {
    ip: address,
    headers: {},
    get: (name: string) => headers[name],
    app: { get: () => false },
  };
  return request as Request;
}

function aResponse(): Response {
  const response: unknown = {
    headersSent: false,
    setHeader: () => {},
    append: () => {},
    getHeader: () => undefined,
    on: () => {},
  };
  return response as Response;
}

const requestOf = (name: string): Request => {
  const request = requestFrom('192.0.2.1');
  setIdentity(request, { name, role: 'viewer', email: null });
  return request;
};

/** Passes a request through all limits, and throws what they refuse. */
async function pass(limits: ReturnType<typeof limitRequests>, request: Request): Promise<void> {
  for (const limit of limits)
    await new Promise<void>((resolve, reject) => {
      void limit(request, aResponse(), (error?: unknown) => (error === undefined ? resolve() : reject(error)));
    });
}

test('each caller has a limit of its own; the first refusal is logged', async () => {
  const { lines, log } = listLogger();
  const limits = limitRequests({ ...OFF, requestsPerMinute: 2 }, log);
  for (let sent = 0; sent < 2; sent += 1) await pass(limits, requestOf('ann'));
  await expect(pass(limits, requestOf('ann'))).rejects.toMatchObject(LIMITED);
  await expect(pass(limits, requestOf('ann'))).rejects.toMatchObject(LIMITED);
  await pass(limits, requestOf('ben'));
  expect(lines).toMatchObject([{ limit: 'requests', perMinute: 2, msg: 'rate limited' }]);
});

test('a limit of 0 is none', () => {
  expect(limitRequests(OFF, listLogger().log)).toEqual([]);
});

test('failed authentications are limited for each address; only failures count', async () => {
  const failures = new FailedAuthentications({ ...OFF, failuresPerAddressPerMinute: 2 }, listLogger().log);
  const request = () => requestFrom('192.0.2.1');
  for (let asked = 0; asked < 5; asked += 1) await failures.assertFew(request(), aResponse());
  for (let failed = 0; failed < 2; failed += 1) await failures.count(request(), aResponse());
  await expect(failures.assertFew(request(), aResponse())).rejects.toMatchObject(LIMITED);
  await failures.assertFew(requestFrom('198.51.100.7'), aResponse());
});

test('failed authentications are limited for each prefix of a key, from all addresses together', async () => {
  const failures = new FailedAuthentications({ ...OFF, failuresPerKeyPrefixPerMinute: 2 }, listLogger().log);
  await failures.count(requestFrom('192.0.2.1', 'allot_abcdefgh-1'), aResponse());
  await failures.count(requestFrom('192.0.2.2', 'allot_abcdefgh-2'), aResponse());
  const third = requestFrom('192.0.2.3', 'allot_abcdefgh-3');
  await expect(failures.assertFew(third, aResponse())).rejects.toMatchObject(LIMITED);
  await failures.assertFew(requestFrom('192.0.2.3', 'allot_zzzzzzzz-1'), aResponse());
});

test('requests without a key, and tokens, are not counted by prefix', async () => {
  const failures = new FailedAuthentications({ ...OFF, failuresPerKeyPrefixPerMinute: 1 }, listLogger().log);
  for (const credential of [undefined, 'header.payload.signature'])
    for (let failed = 0; failed < 3; failed += 1)
      await expect(failures.count(requestFrom('192.0.2.1', credential), aResponse())).resolves.toBeUndefined();
});
