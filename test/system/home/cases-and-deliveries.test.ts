import { afterAll, expect, inject, test } from 'vitest';
import { connect } from '../../../db/postgres/connect.ts';
import { aCustomer, anActive, ask } from '../../support/api-client.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';
import { rowsIn, workFor } from './work-scenes.ts';

const sql = connect(inject('databaseUrl'), { max: 1 });
afterAll(() => sql.end());

test('active cases without an entitlement are listed, the oldest first, with the reason in words', async () => {
  const customerId = await aCustomer({ name: 'Nothing Bought' });
  const open = async (more: Record<string, unknown> = {}) => {
    const id = unique('case');
    await ask('POST', '/v1/cases', { id, customerId, ...more });
    return id;
  };
  const [first, second, resolved] = [await open({ title: 'Help' }), await open(), await open()];
  await ask('POST', `/v1/cases/${resolved}/resolve`);
  // Others' tests open such cases too: this one becomes the oldest.
  await sql`update cases set created_at = '2000-01-01' where id in (${first}, ${resolved})`;
  await sql`update cases set created_at = '2000-01-02' where id = ${second}`;
  const { total, rows } = rowsIn(await workFor('csr'), 'casesWithoutEntitlement');
  expect(total).toBeGreaterThanOrEqual(2);
  expect(rows.slice(0, 2)).toMatchObject([
    {
      id: first,
      title: 'Help',
      customerId,
      customerName: 'Nothing Bought',
      entitlementReason: 'none_active',
      createdAt: '2000-01-01T00:00:00.000Z',
    },
    { id: second, title: null },
  ]);
  expect(rows[0]?.entitlementExplanation).toEqual(expect.any(String));

  const active = await anActive(customerId);
  await ask('PATCH', `/v1/cases/${first}`, { entitlementId: active.id });
  await soon(async () => {
    const after = rowsIn(await workFor('csr'), 'casesWithoutEntitlement').rows;
    expect(after.map(({ id }) => id)).not.toContain(first);
  });
  await ask('POST', `/v1/cases/${second}/cancel`);
});

test('deliveries that were given up or are tried again are listed; old, delivered and new ones are not', async () => {
  const about = unique('record');
  const delivery = (status: string, more: { days?: number; next?: boolean } = {}) => ({
    id: unique('dlv'),
    kind: 'email',
    key: unique('key'),
    target: 'nobody@example.com',
    email: { subject: 'About', text: '', html: '' },
    about,
    status,
    created_at: new Date(Date.now() - (more.days ?? 0) * 86_400_000),
    // Sent already, so that no dispatcher takes it.
    dispatched_at: new Date(),
    next_attempt_at: more.next === true ? new Date(Date.now() + 3_600_000) : null,
  });
  const made = [
    delivery('failed'),
    delivery('disabled'),
    delivery('pending', { next: true }),
    delivery('pending'),
    delivery('delivered'),
    delivery('failed', { days: 31 }),
  ];
  for (const { email, ...row } of made) await sql`insert into deliveries ${sql({ ...row, email: sql.json(email) })}`;
  const { total, rows } = rowsIn(await workFor('system_customizer'), 'failingDeliveries');
  expect(total).toBeGreaterThanOrEqual(3);
  const listed = rows.filter(({ recordId }) => recordId === about);
  expect(listed.map(({ id, status }) => [id, status])).toEqual(
    made
      .slice(0, 3)
      .map(({ id, status }) => [id, status])
      .toReversed(),
  );
});
