import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { connect } from '../../../db/postgres/connect.ts';
import { createDatabaseIfMissing } from '../../../db/postgres/databases.ts';
import type { Sql } from '../../../db/postgres/sql.ts';
import { makeActive, must, type Peer } from '../../../tools/bench/peers/peer.ts';
import { probe, recount } from '../../../tools/bench/peers/recount.ts';
import { startSqlPeer } from '../../../tools/bench/peers/sql-peer.ts';
import { unique } from '../../support/unique.ts';

const SOON_MS = 700;
const LATE_MS = 20_000;

// A peer that is wrong would make the comparison worthless.
describe.each(['plain SQL', 'pg-boss', 'DBOS'] as const)('the peer %s', (name) => {
  const database = unique('peer').replaceAll('-', '_');
  let server: Sql;
  let peer: Peer;

  beforeAll(async () => {
    server = connect(inject('databaseUrl'), { max: 1 });
    await createDatabaseIfMissing(server, database);
    const address = new URL(inject('databaseUrl'));
    address.pathname = `/${database}`;
    peer = await startSqlPeer(name, address.href, (line) => console.error(line));
  });
  afterAll(async () => {
    await peer?.stop();
    await server.unsafe(`drop database ${database} with (force)`);
    await server.end();
  });

  test('takes each case once, refuses at 0, and gives back what is canceled', async () => {
    expect(await probe(peer, 'probe')).toEqual([]);

    const { id: entitlementId, customerId } = await makeActive(peer, 'one', 1);
    const attach = (id: string) => peer.send('POST', '/v1/cases', { id, customerId, entitlementId }, `attach ${id}`);
    expect(await attach('a')).toMatchObject({ status: 201, body: { change: -1, remainingTerm: 0 } });
    expect(await attach('b')).toMatchObject({ status: 422, body: { code: 'exhausted' } });
    expect(await must(peer, 200, 'POST', '/v1/cases/a/cancel', {}, 'cancel a')).toMatchObject({ remainingTerm: 1 });
    expect(await must(peer, 200, 'POST', '/v1/cases/a/cancel', {}, 'cancel a')).toMatchObject({ remainingTerm: 1 });
    // The refusal was its key's first answer, so it stays its answer.
    expect(await attach('b')).toMatchObject({ status: 422, body: { code: 'exhausted' } });
    expect(await must(peer, 200, 'GET', '/v1/cases/a', null)).toMatchObject({ status: 'canceled', entitlementId });
    expect(await recount(peer)).toEqual([]);
  });

  test('starts and expires an entitlement by itself, each with a row in the ledger', async () => {
    const now = Date.now();
    await peer.makeTimed('timed', [{ startsAt: now + SOON_MS, endsAt: now + 2 * SOON_MS }]);
    const kinds = async () => {
      const rows = await peer.sql<{ kind: string }[]>`
        select l.kind from ledger l join entitlements e on e.id = l.entitlement_id
        where e.customer_id = 'timed' order by l.seq`;
      return rows.map(({ kind }) => kind);
    };
    await expect
      .poll(kinds, { timeout: LATE_MS, interval: 200 })
      .toEqual(['created', 'activated', 'started', 'expired']);
    expect(await recount(peer)).toEqual([]);
  });
});
