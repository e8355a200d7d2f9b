import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { enqueueEmail } from '../../../db/deliveries/emails.ts';
import { connect } from '../../../db/postgres/connect.ts';
import type { Sql } from '../../../db/postgres/sql.ts';
import { inTransaction } from '../../../db/postgres/transaction.ts';
import { ask } from '../../support/api-client.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';
import type { DeliveryView } from '../../support/webhook-client.ts';

let sql: Sql;
beforeAll(() => {
  sql = connect(inject('databaseUrl'), { max: 2 });
});
afterAll(async () => {
  await sql.end();
});

const anEmail = (key: string) => ({
  key,
  about: key,
  to: 'ann@example.com',
  subject: 'It ends',
  text: 'It ends.',
  html: '<p>It ends.</p>',
});

const deliveryOnce = (id: string, expected: object) =>
  soon(async () => expect((await ask<DeliveryView>('GET', `/v1/deliveries/${id}`)).body).toMatchObject(expected));

test('without a mail server an e-mail waits and says why, and fails when it is too old', async () => {
  const id = await enqueueEmail(sql, anEmail(unique('key')));
  const reason = 'No mail server is set: SMTP_URL of the worker is empty.';
  await deliveryOnce(id, { status: 'pending', kind: 'email', subject: 'It ends', reason, attempts: [] });
  await sql`update deliveries set created_at = now() - interval '5 days' where id = ${id}`;
  await deliveryOnce(id, { status: 'failed', reason });
});

test('an e-mail requested in a transaction that is rolled back is not sent', async () => {
  const key = unique('key');
  const undone = inTransaction(sql, async (tx) => {
    await enqueueEmail(tx, anEmail(key));
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  expect(await sql`select from deliveries where key = ${key}`).toHaveLength(0);
});
