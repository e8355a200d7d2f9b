import { describe, expect, test } from 'vitest';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import { entitlementView } from '../../../api/entitlements/entitlement-view.ts';
import { type Command, commandsOf } from '../../../console/entitlements/record-commands-allowed.ts';
import { allowedIn, type LifeCommandKind } from '../../../domain/entitlements/life.ts';
import { STATUSES } from '../../../domain/ledger/ledger-row.ts';
import { activeBook } from '../domain/book.ts';

/** The commands of the page that the domain decides, by their names there. */
const IN_DOMAIN: Partial<Record<Command['name'], LifeCommandKind>> = {
  activate: 'activate',
  deactivate: 'deactivate',
  cancel: 'cancel',
  renew: 'renew',
  'top-up': 'top-up',
  amend: 'amend',
  pause: 'pause',
  delete: 'delete',
};

type Shown = Parameters<typeof commandsOf>[0];
const shown = (changes: Partial<EntitlementView> = {}): Shown => {
  const view = entitlementView(activeBook().entitlement, false);
  return JSON.parse(JSON.stringify({ ...view, ...changes }));
};
const possible = (entitlement: Shown) =>
  commandsOf(entitlement).flatMap(({ name, refused }) => (refused === null ? [name] : []));

describe('the commands of an entitlement’s page', () => {
  test.each(STATUSES)('%s: are possible exactly where the domain allows them', (status) => {
    const offered = possible(shown({ status })).flatMap((name) => IN_DOMAIN[name] ?? []);
    const allowed = allowedIn(status).filter((kind) => Object.values(IN_DOMAIN).includes(kind));
    expect(offered.toSorted()).toEqual(allowed.toSorted());
  });

  test('say why they are not possible', () => {
    for (const status of STATUSES)
      for (const { refused } of commandsOf(shown({ status })))
        if (refused !== null) expect(refused).toMatch(/^It is \w+: .+\.$/);
  });

  test('an unlimited one needs no top-up, a renewed one no successor, and a default can be cleared whatever its state', () => {
    expect(possible(shown({ allocationType: 'unlimited' }))).not.toContain('top-up');
    expect(possible(shown({ status: 'expired', renewed: true }))).not.toContain('renew');
    expect(possible(shown({ isDefault: true }))).toContain('clear-default');
  });

  test('a paused one is resumed, and not paused again', () => {
    const paused = possible(shown({ pausedSince: '2026-06-01T12:00:00.000Z' }));
    expect(paused).toContain('resume');
    expect(paused).not.toContain('pause');
  });
});
