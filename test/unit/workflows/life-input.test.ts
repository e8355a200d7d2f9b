import { describe, expect, test } from 'vitest';
import type { LifeCommand, LifeCommandKind } from '../../../domain/entitlements/life.ts';
import { entitlementId } from '../../../domain/ids.ts';
import { problemWithLife, readLife } from '../../../workflows/entitlements/life-input.ts';
import { detailsWith } from '../domain/samples.ts';

const ASKED = { by: 'tester', key: 'k', reason: null };
const SUCCESSOR = entitlementId('ent-2');
const TOP_UP = { amount: 5, expiresOn: null, price: null, currency: null };

const PAUSE = { from: '2027-01-31', until: null, end: 'shift' } as const;
const AMENDMENT = {
  effective: 'next_period',
  changes: { totalTerm: 5, price: { amount: '12.5000', currency: 'EUR', per: 'term' } },
  grant: 'prorated',
  pinned: { version: 3, mark: 'abc' },
} as const;

/** A message of each command, and the command that it brings. */
const MESSAGES: readonly (readonly [LifeCommandKind, object, LifeCommand])[] = [
  ['edit', { changes: { totalTerm: 3 } }, { kind: 'edit', changes: { totalTerm: 3 } }],
  ['activate', {}, { kind: 'activate' }],
  ['deactivate', {}, { kind: 'deactivate' }],
  ['cancel', {}, { kind: 'cancel' }],
  ['delete', {}, { kind: 'delete' }],
  ['renew', { successorId: SUCCESSOR }, { kind: 'renew', successorId: SUCCESSOR }],
  [
    'accept-renewal',
    { successorId: SUCCESSOR, details: detailsWith() },
    { kind: 'accept-renewal', successorId: SUCCESSOR, details: detailsWith() },
  ],
  ['successor-ended', { successorId: SUCCESSOR }, { kind: 'successor-ended', successorId: SUCCESSOR }],
  ['top-up', { topUp: TOP_UP }, { kind: 'top-up', ...TOP_UP }],
  ['pause', { pause: PAUSE }, { kind: 'pause', ...PAUSE }],
  ['amend', { amendment: AMENDMENT }, { kind: 'amend', ...AMENDMENT }],
  ['take-back-amendment', { n: 2 }, { kind: 'take-back-amendment', n: 2 }],
  ['void-amendment', { n: 2 }, { kind: 'void-amendment', n: 2 }],
];

describe('the message of a command', () => {
  test.each(MESSAGES)('%s brings it', (kind, said, command) => {
    const message = { ...ASKED, ...said };
    expect(problemWithLife(kind, message)).toBeUndefined();
    expect(readLife(kind, message as never)).toEqual(command);
  });

  test.each(MESSAGES.filter(([kind, said]) => kind !== 'edit' && Object.keys(said).length > 0))(
    '%s is refused without what the command needs',
    (kind) => {
      expect(problemWithLife(kind, ASKED)?.code).toBe('validation_failed');
      // A message that older code accepted fails alone; it stops nothing.
      expect(readLife(kind, ASKED as never)).toMatchObject({ refused: { code: 'validation_failed' } });
    },
  );

  test('of a resume names a pause, or the one that runs', () => {
    expect(readLife('resume', ASKED as never)).toEqual({ kind: 'resume', n: null });
    expect(readLife('resume', { ...ASKED, pause: 2 } as never)).toEqual({ kind: 'resume', n: 2 });
    expect(problemWithLife('resume', { ...ASKED, pause: 'x' })?.code).toBe('validation_failed');
  });

  test('of an amendment changes only what an amendment can change', () => {
    const wrong = { ...AMENDMENT, changes: { customerId: 'acme' } };
    expect(problemWithLife('amend', { ...ASKED, amendment: wrong })?.code).toBe('validation_failed');
  });

  test('of an edit may leave everything as it is', () => {
    expect(readLife('edit', ASKED as never)).toEqual({ kind: 'edit', changes: {} });
  });

  test.each<[string, object]>([
    ['a sender that is no text', { by: 7 }],
    ["the product's own name", { by: 'allot' }],
    ['a key that is no text', { key: 7 }],
    ['a reason that is no text', { reason: 7 }],
    ['a version that is no number', { ifVersion: '1' }],
  ])('with %s is refused', (_what, wrong) => {
    expect(problemWithLife('activate', { ...ASKED, ...wrong })?.code).toBe('validation_failed');
  });

  test('about a successor comes under the own name, with the key that such a command has', () => {
    const own = { ...ASKED, by: 'allot', successorId: SUCCESSOR };
    expect(problemWithLife('successor-ended', { ...own, key: `successor-ended:${SUCCESSOR}` })).toBeUndefined();
    expect(problemWithLife('successor-ended', own)?.code).toBe('validation_failed');
  });
});
