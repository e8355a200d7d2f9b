import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { KnownKeys } from '../../../api/access/known-keys.ts';
import type { FoundKey } from '../../../db/access/api-keys.ts';

type Found = FoundKey;

const ANN: Found = {
  ...{ id: 'key_ann', name: 'ann', role: 'viewer', email: null },
  ...{ worksForMs: null, expiresAt: null, isExpired: false },
};
const identityOf = ({ name, role, email }: Found) => ({ name, role, email });
const NOW = Date.parse('2027-01-31T12:00:00Z');
const DAY_MS = 86_400_000;

/** The keys in the database, and which of them were looked up. */
const stored = new Map<string, Found>();
const lookedUp: string[] = [];
const find = async (key: string) => {
  lookedUp.push(key);
  return stored.get(key);
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  stored.clear();
  lookedUp.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

test('a key that was found is remembered for ten seconds', async () => {
  stored.set('k', ANN);
  const keys = new KnownKeys(find);
  expect(keys.remembered('k')).toBeUndefined();
  expect(await keys.lookUp('k')).toEqual(identityOf(ANN));
  vi.advanceTimersByTime(9_999);
  expect(keys.remembered('k')).toEqual(identityOf(ANN));
  vi.advanceTimersByTime(2);
  expect(keys.remembered('k')).toBeUndefined();
});

test.each([3_000, 0, -5])(
  'a replaced key that works for %i ms more is remembered no longer than that',
  async (worksForMs) => {
    stored.set('k', { ...ANN, worksForMs });
    const keys = new KnownKeys(find);
    await keys.lookUp('k');
    vi.advanceTimersByTime(Math.max(worksForMs, 0) + 2);
    expect(keys.remembered('k')).toBeUndefined();
  },
);

test('a key that worked long ago has worked, also after it was asked for; one that nobody has, has not', async () => {
  stored.set('k', ANN);
  const keys = new KnownKeys(find);
  await keys.lookUp('k');
  vi.advanceTimersByTime(86_400_000);
  expect([keys.remembered('k'), keys.hasWorked('k'), keys.hasWorked('other')]).toEqual([undefined, true, false]);
});

test('a key that nobody has is refused and not remembered, so that it works as soon as it is created', async () => {
  const keys = new KnownKeys(find);
  await expect(keys.lookUp('k')).rejects.toMatchObject({ refusal: { code: 'unauthenticated' } });
  stored.set('k', ANN);
  expect(await keys.lookUp('k')).toEqual(identityOf(ANN));
});

test('a key that was revoked has not worked any more', async () => {
  stored.set('k', ANN);
  const keys = new KnownKeys(find);
  await keys.lookUp('k');
  stored.delete('k');
  await expect(keys.lookUp('k')).rejects.toMatchObject({ refusal: { code: 'unauthenticated' } });
  expect([keys.remembered('k'), keys.hasWorked('k')]).toEqual([undefined, false]);
});

test('after forget no key is remembered, nor one that was being looked up meanwhile', async () => {
  stored.set('k', ANN).set('slow', ANN);
  const keys = new KnownKeys(find);
  await keys.lookUp('k');
  const slow = keys.lookUp('slow');
  keys.forget();
  await slow;
  expect([keys.remembered('k'), keys.remembered('slow'), keys.hasWorked('k')]).toEqual([undefined, undefined, false]);
});

test('when there are too many keys, the one used longest ago is forgotten', async () => {
  for (const key of ['a', 'b', 'c']) stored.set(key, { ...ANN, name: key });
  const keys = new KnownKeys(find, { max: 2 });
  await keys.lookUp('a');
  await keys.lookUp('b');
  keys.remembered('a');
  await keys.lookUp('c');
  expect(['a', 'b', 'c'].map((key) => keys.remembered(key)?.name)).toEqual(['a', undefined, 'c']);
  expect(lookedUp).toEqual(['a', 'b', 'c']);
});

test('an expired key is refused as expired and forgotten, and works again once it has a new end', async () => {
  stored.set('k', { ...ANN, expiresAt: new Date(NOW), isExpired: true, worksForMs: 0 });
  const keys = new KnownKeys(find);
  await expect(keys.lookUp('k')).rejects.toMatchObject({ refusal: { code: 'key_expired' } });
  expect([keys.remembered('k'), keys.hasWorked('k')]).toEqual([undefined, false]);
  stored.set('k', ANN);
  expect(await keys.lookUp('k')).toEqual(identityOf(ANN));
});

test('a key that ends within fourteen days is told of once a day, under its id; any other is not', async () => {
  const told: string[] = [];
  const keys = new KnownKeys(find, { onEndingSoon: ({ id }) => told.push(id) });
  const endingIn = (days: number) => ({ expiresAt: new Date(NOW + days * DAY_MS), worksForMs: days * DAY_MS });
  stored.set('soon', { ...ANN, id: 'soon', ...endingIn(13.9) });
  stored.set('later', { ...ANN, id: 'later', ...endingIn(14.1) });
  stored.set('never', { ...ANN, id: 'never' });
  for (const key of ['soon', 'later', 'never', 'soon']) await keys.lookUp(key);
  expect(told).toEqual(['soon']);
  vi.advanceTimersByTime(DAY_MS + 1);
  for (const key of ['soon', 'later', 'never']) await keys.lookUp(key);
  expect(told).toEqual(['soon', 'soon', 'later']);
});
