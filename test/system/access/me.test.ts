import { expect, test } from 'vitest';
import { PERMISSIONS, PRIVILEGES, ROLES, type Role } from '../../../domain/access/roles.ts';
import { ask } from '../../support/api-client.ts';
import { aKey, as } from '../../support/callers.ts';

interface MeView {
  name: string;
  role: Role;
  email: string | null;
  permissions: string[];
  accessScope: string;
  temporalUi: { url: string; namespace: string } | null;
}

const me = async (key: string) => (await ask<MeView>('GET', '/v1/me', undefined, as(key))).body;

test.each(ROLES)('%s learns its own name, role and permissions, and no others', async (role) => {
  const { key, name, email } = await aKey(role);
  const body = await me(key);
  expect(body).toMatchObject({ name, role, email, accessScope: role === 'account_manager' ? 'own' : 'all' });
  const named: [string, readonly Role[]][] = Object.entries({ ...PERMISSIONS, ...PRIVILEGES });
  expect(body.permissions.toSorted()).toEqual(
    named.flatMap(([permission, roles]) => (roles.includes(role) ? [permission] : [])).toSorted(),
  );
});

test('an agent may handle cases, but neither override nor write entitlements', async () => {
  const { permissions } = await me((await aKey('csr')).key);
  expect(permissions).toContain('handleCases');
  for (const other of ['override', 'control_decrement_term', 'writeEntitlements'])
    expect(permissions).not.toContain(other);
});

test('only administrators, customizers and support managers get the address of the Temporal UI', async () => {
  const told: [Role, MeView['temporalUi']][] = [];
  for (const role of ROLES) told.push([role, (await me((await aKey(role)).key)).temporalUi]);
  // test/global-setup.ts configures the address, with a slash at the end.
  const address = { url: 'http://127.0.0.1:8233', namespace: 'default' };
  const operators: readonly Role[] = ['system_administrator', 'system_customizer', 'csr_manager'];
  expect(told).toEqual(ROLES.map((role) => [role, operators.includes(role) ? address : null]));
});
