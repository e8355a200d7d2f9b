import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, expect, inject, test } from 'vitest';
import { createEntitlementActivities } from '../../activities/ledger/ledger-activities.ts';
import { createLedgerStore } from '../../db/ledger/ledger.ts';
import { connect } from '../../db/postgres/connect.ts';
import { caseId, customerId, entitlementId } from '../../domain/ids.ts';
import { distDir } from '../../runtime/project-dir.ts';
import { payloadEncryption } from '../../temporal/encryption/payload-encryption.ts';
import { EntitlementsGateway } from '../../temporal/entitlements-gateway.ts';
import { attachCase } from '../../workflows/entitlements/case-messages.ts';
import { state, workflowIdOf } from '../../workflows/entitlements/messages.ts';
import { dayFromNow } from '../support/days.ts';
import { unique } from '../support/unique.ts';
import { until } from '../support/waiting.ts';
import { attach as attachOf, detailsWith } from '../unit/domain/samples.ts';
import { quieten } from './quieten.ts';

quieten();
const sql = connect(inject('databaseUrl'), { max: 4 });
const address = inject('temporalAddress');
const connection = Connection.lazy({ address });
afterAll(async () => {
  await sql.end();
  await connection.close();
});

const DETAILS = detailsWith({
  customerId: customerId('uncached'),
  startDate: dayFromNow(-1),
  endDate: dayFromNow(10),
  totalTerm: 2,
});

/** It remembers nothing between two workflow tasks, so each replays all before it: what is not deterministic fails at once. */
async function whileUncached(taskQueue: string, work: () => Promise<void>): Promise<void> {
  const native = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    connection: native,
    taskQueue,
    ...payloadEncryption().ofWorkers(join(distDir, 'workflows.bundle.js')),
    activities: createEntitlementActivities(createLedgerStore(sql), {
      finishWritten: () => Promise.reject(new Error('No case moves or is shared here.')),
      freePredecessor: () => Promise.reject(new Error('No successor ends here.')),
    }),
    maxCachedWorkflows: 0,
  });
  await worker.runUntil(work);
  await native.close();
}

test('a worker without a cache gets through a short life', async () => {
  const taskQueue = unique('uncached');
  const client = new Client({ connection });
  const gateway = new EntitlementsGateway({ client, taskQueue, store: createLedgerStore(sql) });
  const id = entitlementId(unique('uncached'));
  const workflow = client.workflow.getHandle(workflowIdOf(id));
  const message = (key: string) => ({ by: 'test', key: `${id}:${key}`, reason: null });
  const attach = (n: number) => ({
    ...attachOf(caseId(`${id}:${n}`), { customerId: DETAILS.customerId }),
    key: `${id}:${n}`,
  });

  await whileUncached(taskQueue, async () => {
    await gateway.create(id, { ...message('create'), details: DETAILS, renewsId: null }, false);
    await gateway.command(id, 'activate', message('activate'));
    const { rows, results } = await gateway.caseEvents(id, { events: [attach(1), attach(2), attach(3)], by: 'test' });
    expect(results.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted', 'refused']);
    expect(rows).toHaveLength(3);
    await workflow.signal(attachCase, { key: `${id}:4`, caseId: `${id}:4` });
    await workflow.signal('attachCase', 'not a case');
    await gateway.command(id, 'deactivate', message('deactivate'));
    await gateway.command(id, 'edit', { ...message('edit'), changes: { totalTerm: 3 } });
    await gateway.command(id, 'activate', message('again'));
    await gateway.command(id, 'cancel', message('cancel'));
    const successorId = entitlementId(`${id}:next`);
    await gateway.command(id, 'renew', { ...message('renew'), successorId });
    // The last one, which its workflow writes at once, and all before it.
    await workflow.signal(attachCase, { key: `${id}:5`, caseId: `${id}:5` });
    await until('all is written, and the successor lives', 40_000, async () => {
      const next = await client.workflow.getHandle(workflowIdOf(successorId)).query(state);
      const { unconfirmedRows, remainingTerm } = await workflow.query(state);
      return next.remainingTerm === 3 && unconfirmedRows === 0 && remainingTerm === 1 ? true : undefined;
    });
  });

  const { events } = await workflow.fetchHistory();
  expect(events?.filter(({ workflowTaskFailedEventAttributes: failed }) => failed != null)).toEqual([]);
}, 300_000);
