import { afterAll, describe, expect, inject, test } from 'vitest';
import { createLedgerStore } from '../../../db/ledger/ledger.ts';
import { connect } from '../../../db/postgres/connect.ts';
import { entitlementId, slaId } from '../../../domain/ids.ts';
import { EntitlementRun } from '../../../workflows/entitlements/entitlement-run.ts';
import { ALWAYS, anSla, putSla } from '../../support/slas.ts';
import { unique } from '../../support/unique.ts';
import { attach as attachEvent, DURING, detailsWith, instant, resolve, STARTS_AT } from '../../unit/domain/samples.ts';

describe('the due times of rows that are written late', () => {
  const sql = connect(inject('databaseUrl'), { max: 2 });
  afterAll(() => sql.end());
  const { write } = createLedgerStore(sql);
  const dueIn = async (id: string) =>
    (await sql`select first_response_due_at as due, status, attached_seq as seq from cases where id = ${id}`)[0];

  test('are added by an attach written after its resolve; writing it again changes nothing', async () => {
    const sla = await anSla();
    const run = new EntitlementRun(entitlementId(unique('ent')));
    const details = detailsWith({ slaId: slaId(sla) });
    run.create({ by: 'test', key: null, details, renewsId: null }, STARTS_AT);
    run.command({ kind: 'activate' }, { by: 'test', key: null, reason: null }, DURING);
    await write({ rows: run.memory.unconfirmed.unwritten(), snapshot: run.snapshot });
    const id = unique('case');
    const send = (event: object, at: number) =>
      run.caseEvents([{ ...event, key: unique('key') } as never], 'test', at, 'sender');
    const attached = send(attachEvent(id), DURING);
    const resolved = send(resolve(id), instant('2026-06-02T00:00Z'));

    await write(resolved);
    expect(await dueIn(id)).toEqual({ due: null, status: 'resolved', seq: null });
    const whole = { due: new Date('2026-06-01T16:00Z'), status: 'resolved', seq: 3 };
    await write(attached);
    expect(await dueIn(id)).toEqual(whole);
    await putSla(sla, { name: 'Eight hours', firstResponseMinutes: 480, calendar: ALWAYS });
    await createLedgerStore(sql).write(attached);
    expect(await dueIn(id)).toEqual(whole);
  });

  test('are the same for attach and resolve in one batch, in either order', async () => {
    const run = new EntitlementRun(entitlementId(unique('ent')));
    const details = detailsWith({ slaId: slaId(await anSla()) });
    run.create({ by: 'test', key: null, details, renewsId: null }, STARTS_AT);
    run.command({ kind: 'activate' }, { by: 'test', key: null, reason: null }, DURING);
    await write({ rows: run.memory.unconfirmed.unwritten(), snapshot: run.snapshot });
    for (const isReversed of [false, true]) {
      const id = unique('case');
      const events = [attachEvent(id), resolve(id)].map((event) => ({ ...event, key: unique('key') }));
      const { rows: both, snapshot } = run.caseEvents(events, 'test', DURING, 'sender');
      await write({ rows: isReversed ? both.toReversed() : both, snapshot });
      expect(await dueIn(id)).toMatchObject({ due: new Date('2026-06-01T16:00Z'), status: 'resolved' });
    }
  });
});
