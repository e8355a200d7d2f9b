import { expect, test } from 'vitest';
import { idempotencyKeySchema } from '../../../api/http/schemas.ts';
import { lostKey, movedKey, spilledKey } from '../../../domain/cases/case-custody.ts';
import { entitlementId } from '../../../domain/ids.ts';
import { isOwnKey } from '../../../domain/input-limits.ts';

/** Entitlements tell each other about cases under keys of their own. A caller with such a key could speak as an entitlement. */

const OWN = ['lost:', 'moved:', 'spill:', 'spilled:'];

test.each(OWN)('a caller cannot use a key that begins with %s', (start) => {
  for (const key of [start, `${start}case-1:1`]) {
    const { success, error } = idempotencyKeySchema.safeParse(key);
    expect([success, error?.issues[0]?.message]).toEqual([false, expect.stringContaining(`must not begin with lost:`)]);
  }
});

test('keys that only resemble these are the caller’s', () => {
  for (const key of ['lost', 'lost-1', 'lostkey:1', 'x-lost:1', 'Lost:1', 'MOVED:1', 'spills:1', 'spill', ':spill:'])
    expect([key, idempotencyKeySchema.safeParse(key).success]).toEqual([key, true]);
});

test('every key that an entitlement makes is one of these', () => {
  const other = entitlementId('ent_other');
  for (const key of [lostKey('c', 1), movedKey('c', other, 2), spilledKey('c', 'ent_other', 3)])
    expect([key, isOwnKey(key), idempotencyKeySchema.safeParse(key).success]).toEqual([key, true, false]);
});
