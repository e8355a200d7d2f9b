import type { EntitlementView } from '../../api/entitlements/entitlement-view.ts';
import {
  applyCaseEvents,
  attachCase,
  cancelCase,
  reactivateCase,
  resolveCase,
  updateCase,
} from '../../workflows/entitlements/case-messages.ts';
import { state } from '../../workflows/entitlements/messages.ts';
import { dayFromNow } from '../support/days.ts';
import { aCase, aDraft, anActive, must } from '../support/records.ts';
import { unique } from '../support/unique.ts';
import { until } from '../support/waiting.ts';
import { type Played, Stage } from './stage.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SOON_MS = 60_000;
/** A run hands over after a hundred signals. */
const SIGNALS_OF_A_RUN = 300;
const SIGNALS_AT_ONCE = 50;

/** The life of entitlements and their cases, through the API and by signals as case systems send them. */
export class Scenes extends Stage {
  /** Plays its scenes at the same time, because most of the time they wait. */
  async play(): Promise<Played> {
    const together = [
      this.life(),
      this.exhausted(),
      this.edited(),
      this.canceledAndRenewed(),
      this.signals(),
      this.strangeSignals(),
      this.givenUp(),
      this.moved(),
      this.periods(),
      this.handedOver(),
    ];
    return Object.assign({}, ...(await Promise.all(together))) as Played;
  }

  private async life(): Promise<Played> {
    const draft = await aDraft(this.stack, { startDate: dayFromNow(10), endDate: dayFromNow(40) });
    const waiting = await this.command(draft, 'activate');
    const begun = Date.now();
    await this.skipTo(waiting.id, waiting.startsAt, begun);
    const caseId = await aCase(this.stack, waiting);
    await must(200, this.stack.ask('POST', `/v1/cases/${caseId}/resolve`, { minutes: 30 }));
    await this.skipTo(waiting.id, waiting.endsAt, begun);
    const first = await this.runOf(waiting);
    // The clock may not get there: the workflow completes before.
    await this.skip(`entitlement/${waiting.id}`, 2 * HOUR_MS).catch(() => undefined);
    await until('completed', SOON_MS, async () =>
      (await first.describe()).status.name === 'COMPLETED' ? true : undefined,
    );
    await must(200, this.stack.ask('POST', `/v1/cases/${caseId}/reactivate`));
    await must(201, this.stack.ask('POST', `/v1/entitlements/${waiting.id}/renew`));
    return { life: first, revived: await this.settled(waiting) };
  }

  private async exhausted(): Promise<Played> {
    const channels = [
      { channel: 'phone', totalTerm: 1 },
      { channel: 'web', totalTerm: 2 },
    ];
    const entitlement = await anActive(this.stack, { totalTerm: 2, channels });
    const first = await aCase(this.stack, entitlement, { channel: 'phone' });
    await this.refused(entitlement, 'phone');
    await aCase(this.stack, entitlement, { channel: 'web' });
    await this.refused(entitlement, 'web');
    await must(200, this.stack.ask('POST', `/v1/cases/${first}/cancel`));
    await aCase(this.stack, entitlement, { channel: 'web' });
    return { exhausted: await this.settled(entitlement) };
  }

  private async edited(): Promise<Played> {
    const entitlement = await anActive(this.stack);
    await aCase(this.stack, entitlement);
    await this.command(entitlement, 'deactivate');
    await must(200, this.stack.ask('PATCH', `/v1/entitlements/${entitlement.id}`, { totalTerm: 10, name: 'Edited' }));
    await this.command(entitlement, 'activate');
    await aCase(this.stack, entitlement);
    return { edited: await this.settled(entitlement) };
  }

  private async canceledAndRenewed(): Promise<Played> {
    const canceled = await anActive(this.stack);
    const caseId = await aCase(this.stack, canceled);
    await this.command(canceled, 'cancel');
    await must(200, this.stack.ask('POST', `/v1/cases/${caseId}/cancel`));
    const renewed = await anActive(this.stack);
    await this.command(renewed, 'cancel');
    const asked = this.stack.ask<EntitlementView>('POST', `/v1/entitlements/${renewed.id}/renew`);
    const successor = await must(201, asked);
    return {
      canceled: await this.settled(canceled),
      renewed: await this.settled(renewed),
      successor: await this.settled(successor),
    };
  }

  private async signals(): Promise<Played> {
    const entitlement = await anActive(this.stack, { totalTerm: 2 });
    const workflow = await this.runOf(entitlement);
    const caseId = unique('case');
    const keyed = (key: string) => ({ key: `${key}:${caseId}`, caseId });
    await workflow.signal(attachCase, { ...keyed('attach'), channel: 'phone', minutes: 5 });
    await workflow.signal(attachCase, { ...keyed('attach'), channel: 'phone', minutes: 5 });
    await workflow.signal(attachCase, { ...keyed('attach'), channel: 'web' });
    await workflow.signal(updateCase, { ...keyed('update'), channel: 'web' });
    await workflow.signal(resolveCase, { ...keyed('resolve'), minutes: 30 });
    await workflow.signal(reactivateCase, keyed('reactivate'));
    await workflow.signal(cancelCase, keyed('cancel'));
    await workflow.signal(cancelCase, keyed('cancel-again'));
    for (let n = 1; n <= 3; n += 1)
      await workflow.signal(attachCase, { key: `${n}:${caseId}`, caseId: `${caseId}-${n}` });
    await workflow.signal('attachCase', 'not a case');
    await workflow.signal('attachCase');
    await workflow.signal('resolveCase', { key: 1, caseId: null });
    await this.signalBrokenPayload(workflow.workflowId);
    return { signals: await this.settled(entitlement) };
  }

  /** Keys that begin like the product's own, and a signal of 100 kB. */
  private async strangeSignals(): Promise<Played> {
    const entitlement = await anActive(this.stack, { totalTerm: 9 });
    const workflow = await this.runOf(entitlement);
    for (const own of ['lost', 'moved', 'spill'])
      await workflow.signal(attachCase, { key: `${own}:${unique('key')}`, caseId: unique('case') });
    const large = { key: unique('key'), caseId: unique('case'), title: 'x'.repeat(100_000) };
    await workflow.signal('attachCase', large);
    await workflow.signal(attachCase, { key: unique('key'), caseId: unique('case') });
    await until('a case attached', SOON_MS, async () =>
      (await workflow.query(state)).entitlement.openCases > 0 ? true : undefined,
    );
    return { 'strange-signals': await this.settled(entitlement) };
  }

  private async givenUp(): Promise<Played> {
    const [owner, other] = [await anActive(this.stack), await anActive(this.stack)];
    const caseId = await aCase(this.stack, owner);
    await (await this.runOf(other)).signal(attachCase, { key: unique('key'), caseId });
    const workflow = await this.runOf(other);
    await until('given up', SOON_MS, async () => {
      const { remainingTerm, entitlement } = await workflow.query(state);
      return entitlement.casesEver === 1 && remainingTerm === 3 ? true : undefined;
    });
    return { 'given-up': await this.settled(other) };
  }

  /** As by an API that dies once the new entitlement has decided. */
  private async moved(): Promise<Played> {
    const one = await anActive(this.stack);
    const other = await anActive(this.stack, { customerId: one.customerId });
    const caseId = await aCase(this.stack, one);
    const movedFrom = { entitlementId: one.id, seq: (await (await this.runOf(one)).query(state)).entitlement.seq };
    const workflow = await this.runOf(other);
    await workflow.executeUpdate(applyCaseEvents, {
      args: [{ events: [{ kind: 'attach', key: unique('move'), caseId, movedFrom }] }],
    });
    return { moved: await this.settled(other) };
  }

  private async periods(): Promise<Played> {
    const channels = [{ channel: 'web', totalTerm: 3 }];
    const terms = { period: 'month', rolloverCap: 2, channels };
    const entitlement = await anActive(this.stack, { endDate: dayFromNow(75), ...terms });
    const begun = Date.now();
    await aCase(this.stack, entitlement, { channel: 'web' });
    const topUp = { amount: 2, expiresOn: dayFromNow(40) };
    await must(201, this.stack.ask('POST', `/v1/entitlements/${entitlement.id}/top-ups`, topUp));
    await this.skipTo(entitlement.id, entitlement.endsAt, begun);
    return { periods: await this.settled(entitlement) };
  }

  private async handedOver(): Promise<Played> {
    const entitlement = await anActive(this.stack, { totalTerm: 1_000_000 });
    const first = await this.runOf(entitlement);
    const client = await this.stack.client();
    const latest = client.workflow.getHandle(first.workflowId);
    const caseOf = (n: number) => `many:${entitlement.id}:${n}`;
    for (let from = 0; from < SIGNALS_OF_A_RUN; from += SIGNALS_AT_ONCE) {
      const some = Array.from({ length: SIGNALS_AT_ONCE }, (_, index) => caseOf(from + index));
      await Promise.all(some.map((caseId) => latest.signal(attachCase, { key: caseId, caseId })));
    }
    await until('continued as new', SOON_MS, async () =>
      (await first.describe()).status.name === 'CONTINUED_AS_NEW' ? true : undefined,
    );
    // The case and its key are forgotten by now: both are loaded again.
    await latest.signal(resolveCase, { key: unique('key'), caseId: caseOf(0), minutes: 5 });
    await latest.signal(attachCase, { key: caseOf(1), caseId: caseOf(1) });
    await must(200, this.stack.ask('POST', `/v1/cases/${caseOf(2)}/cancel`));
    return { 'handed-over': first, 'carried-on': await this.settled(entitlement) };
  }

  /** Kills PostgreSQL and starts it again: nothing else may run meanwhile. */
  async databaseAway(): Promise<Played> {
    const entitlement = await anActive(this.stack);
    const workflow = await this.runOf(entitlement);
    await this.settled(entitlement);
    await this.stack.kill('postgres');
    for (const n of [1, 2, 3, 4])
      await workflow.signal(attachCase, { key: unique('key'), caseId: unique(`case-${n}`) });
    await until('the patient activity', SOON_MS, async () => {
      const { raw } = await workflow.describe();
      return (raw.pendingActivities ?? []).length > 0 ? true : undefined;
    });
    await this.stack.begin('postgres');
    // Signals are decided once the database answers.
    await until('three of four cases attached', SOON_MS, async () =>
      (await workflow.query(state)).entitlement.openCases === 3 ? true : undefined,
    );
    return { 'database-away': await this.settled(entitlement) };
  }

  private async signalBrokenPayload(workflowId: string): Promise<void> {
    const { workflowService, options } = await this.stack.client();
    const payload = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('{not JSON') };
    await workflowService.signalWorkflowExecution({
      namespace: options.namespace,
      workflowExecution: { workflowId },
      signalName: 'attachCase',
      input: { payloads: [payload] },
    });
  }
}
