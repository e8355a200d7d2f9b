import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { ROLES, type Role } from '../../../domain/access/roles.ts';
import { ask, type ProblemView } from '../../support/api-client.ts';
import { aKey, as } from '../../support/callers.ts';
import { openApiDocument } from '../../support/openapi-document.ts';

/**
 * Who may call what, written by hand from the rules. One letter a role: administrator, customizer, CSR manager, agent,
 * account manager, integration, viewer. `y` may, `o` may for the own customers, `-` may not.
 */
const TABLE: Readonly<Record<string, string>> = {
  'POST /v1/cases': 'y-yy-y-',
  'GET /v1/cases': 'yyyyoyy',
  'GET /v1/cases/{id}': 'yyyyoyy',
  'PATCH /v1/cases/{id}': 'y-yy-y-',
  'POST /v1/cases/{id}/resolve': 'y-yy-y-',
  'POST /v1/cases/{id}/cancel': 'y-yy-y-',
  'POST /v1/cases/{id}/reactivate': 'y-yy-y-',
  'POST /v1/cases/{id}/decrement': 'y-y----',
  'POST /v1/cases/{id}/respond': 'y-yy-y-',
  'POST /v1/cases/{id}/hold': 'y-yy-y-',
  'POST /v1/cases/{id}/release': 'y-yy-y-',
  'GET /v1/cases/{id}/clocks': 'yyyyoyy',
  'POST /v1/case-events': 'y-yy-y-',
  'POST /v1/cases/match': 'yyyyoyy',
  'POST /v1/entitlements': 'yyy----',
  'GET /v1/entitlements': 'yyyyoyy',
  'GET /v1/entitlements/{id}': 'yyyyoyy',
  'PATCH /v1/entitlements/{id}': 'yyy----',
  'DELETE /v1/entitlements/{id}': 'yyy----',
  'POST /v1/entitlements/{id}/activate': 'yyy----',
  'POST /v1/entitlements/{id}/deactivate': 'yyy----',
  'POST /v1/entitlements/{id}/cancel': 'yyy----',
  'POST /v1/entitlements/{id}/renew': 'yyy----',
  'POST /v1/entitlements/{id}/pause': 'yyy----',
  'POST /v1/entitlements/{id}/resume': 'yyy----',
  'POST /v1/entitlements/{id}/top-ups': 'yyy----',
  'POST /v1/entitlements/{id}/amendments': 'yyy----',
  'GET /v1/entitlements/{id}/amendments': 'yyyyoyy',
  'DELETE /v1/entitlements/{id}/amendments/{n}': 'yyy----',
  'POST /v1/entitlements/{id}/amendments/{n}/void': 'yyy----',
  'POST /v1/entitlements/{id}/set-default': 'yyy----',
  'POST /v1/entitlements/{id}/clear-default': 'yyy----',
  'GET /v1/entitlements/{id}/ledger': 'yyyyoyy',
  'GET /v1/entitlements/{id}/usage': 'yyyyoyy',
  'GET /v1/entitlements/{id}/history': 'yyyyoyy',
  'GET /v1/renewals': 'yyyyoyy',
  'GET /v1/renewals/{id}': 'yyyyoyy',
  'POST /v1/renewals/{id}/accept': 'y-y-o--',
  'POST /v1/renewals/{id}/decline': 'y-y-o--',
  'POST /v1/renewals/{id}/snooze': 'y-y-o--',
  'PUT /v1/customers/{id}': 'yyy--y-',
  'GET /v1/customers/{id}': 'yyyyoyy',
  'GET /v1/customers': 'yyyyoyy',
  'PUT /v1/contacts/{id}': 'yyy--y-',
  'GET /v1/contacts/{id}': 'yyyyoyy',
  'GET /v1/contacts': 'yyyyoyy',
  'PUT /v1/products/{id}': 'yyy--y-',
  'GET /v1/products/{id}': 'yyyyyyy',
  'GET /v1/products': 'yyyyyyy',
  'POST /v1/bulk/customers': 'yyy--y-',
  'POST /v1/bulk/contacts': 'yyy--y-',
  'POST /v1/bulk/products': 'yyy--y-',
  'PUT /v1/slas/{id}': 'yyy--y-',
  'GET /v1/slas/{id}': 'yyyyyyy',
  'GET /v1/slas': 'yyyyyyy',
  'POST /v1/slas/preview': 'yyyyyyy',
  'POST /v1/templates': 'yyy----',
  'GET /v1/templates': 'yyyyyyy',
  'GET /v1/templates/{id}': 'yyyyyyy',
  'PUT /v1/templates/{id}': 'yyy----',
  'DELETE /v1/templates/{id}': 'yyy----',
  'POST /v1/opportunities': 'y-y--y-',
  'GET /v1/opportunities': 'yyyyoyy',
  'GET /v1/opportunities/{id}': 'yyyyoyy',
  'GET /v1/settings': 'yyyyyyy',
  'PUT /v1/settings': 'yy-----',
  'GET /v1/api-keys': 'y------',
  'POST /v1/api-keys': 'y------',
  'POST /v1/api-keys/{id}/rotate': 'y------',
  'POST /v1/api-keys/{id}/revoke': 'y------',
  'POST /v1/webhooks': 'yy-----',
  'GET /v1/webhooks': 'yyy----',
  'GET /v1/webhooks/{id}': 'yyy----',
  'PATCH /v1/webhooks/{id}': 'yy-----',
  'DELETE /v1/webhooks/{id}': 'yy-----',
  'POST /v1/webhooks/{id}/rotate': 'yy-----',
  'GET /v1/deliveries': 'yyy----',
  'GET /v1/deliveries/{id}': 'yyy----',
  'POST /v1/deliveries/{id}/redeliver': 'yy-----',
  'GET /v1/audit': 'yyy----',
  'GET /v1/reports/near-depletion': 'yyyyoyy',
  'GET /v1/reports/expiring': 'yyyyoyy',
  'GET /v1/reports/utilisation': 'yyyyoyy',
  'GET /v1/reports/high-touch': 'yyyyoyy',
  'GET /v1/reports/renewals': 'yyyyoyy',
  'GET /v1/reports/overrides': 'yyyyoyy',
  'GET /v1/reports/service-levels': 'yyyyoyy',
  'GET /v1/me': 'yyyyyyy',
  'GET /v1/search': 'yyyyoyy',
  'GET /v1/work': 'yyyyoyy',
};

const may = (cells: string, role: Role): boolean => cells[ROLES.indexOf(role)] !== '-';

/** What a caller gets that is let in, whose id is unknown and whose body is empty. */
const LET_IN: readonly number[] = [200, 204, 400, 404];

const call = async (route: string, headers: Record<string, string>) => {
  const [method = '', path = ''] = route.split(' ');
  const body = method === 'GET' || method === 'DELETE' ? undefined : {};
  return await ask<ProblemView>(method, path.replace('{id}', 'no-such-id').replace('{n}', '1'), body, { headers });
};

const keys = new Map<Role, string>();
beforeAll(async () => {
  for (const role of ROLES) keys.set(role, (await aKey(role)).key);
});

test('the table has a row for every served route, and no other row', async () => {
  const document = await openApiDocument<{ paths: Record<string, Record<string, unknown>> }>();
  const served = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(Object.keys(TABLE).sort()).toEqual(served.sort());
  for (const cells of Object.values(TABLE)) expect(cells).toMatch(/^[yo-]{7}$/);
});

describe.each(ROLES)('%s', (role) => {
  test('may use the routes that the table says, and gets 403 on all others', async () => {
    for (const [route, cells] of Object.entries(TABLE)) {
      const { status, body } = await call(route, as(keys.get(role) ?? '').headers);
      if (may(cells, role)) {
        // The body is empty and the id unknown: what comes after the permission says so.
        expect([route, role, LET_IN.includes(status)]).toEqual([route, role, true]);
        continue;
      }
      expect([route, role, status, body.code]).toEqual([route, role, 403, 'forbidden']);
      const whoMay = ROLES.filter((other) => may(cells, other)).join(', ');
      expect([route, body.detail]).toEqual([route, `The role ${role} may not do this. These roles may: ${whoMay}.`]);
    }
  });
});

test('every route answers 401 without a key and with a wrong one', async () => {
  for (const route of Object.keys(TABLE)) {
    for (const authorization of ['', 'Bearer allot_wrong']) {
      const { status, body } = await call(route, { authorization });
      expect([route, status, body.code]).toEqual([route, 401, 'unauthenticated']);
    }
  }
});

test('an unknown route is 404 for every role', async () => {
  const { status } = await ask('GET', '/v1/nothing', undefined, as(keys.get('viewer') ?? ''));
  expect(status).toBe(404);
});

const CELL: Readonly<Record<string, string>> = { y: 'yes', o: 'own', '-': '' };

/** As the formatter of Markdown would have it: every column as wide as its widest cell. */
function markdown(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

test('docs/roles.md shows this table; `npx vitest run test/system/access/roles.test.ts -u` rewrites it', async () => {
  const file = fileURLToPath(new URL('../../../docs/roles.md', import.meta.url));
  const page = await readFile(file, 'utf8');
  const rows = Object.entries(TABLE).map(([route, cells]) => [
    `\`${route}\``,
    ...[...cells].map((cell) => CELL[cell] ?? ''),
  ]);
  const table = markdown([['route', ...ROLES.map((role) => `\`${role}\``)], ...rows]);
  const stale = /^\| route .*(?:\n\|.*)*/m;
  expect(page).toMatch(stale);
  await expect(page.replace(stale, table)).toMatchFileSnapshot(file);
});
