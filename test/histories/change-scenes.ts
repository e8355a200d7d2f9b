import type { EntitlementView } from '../../api/entitlements/entitlement-view.ts';
import { MAX_HOLD_REASONS } from '../../domain/slas/clock-rules.ts';
import { clockWorkflowIdOf } from '../../workflows/clocks/clock-messages.ts';
import { dayFromNow } from '../support/days.ts';
import { aCase, anActive, must } from '../support/records.ts';
import { unique } from '../support/unique.ts';
import { until } from '../support/waiting.ts';
import { type Played, Stage } from './stage.ts';

const SOON_MS = 60_000;
const HOUR_MS = 3_600_000;

/** What changes a contract while it runs and after its end, and the clocks of a case. */
export class ChangeScenes extends Stage {
  /** Plays its scenes at the same time, because most of the time they wait. */
  async play(): Promise<Played> {
    const together = [
      this.paused(),
      this.pausedTwice(),
      this.caseOnHold(),
      this.amended(),
      this.graced(),
      this.caseClock(),
    ];
    return Object.assign({}, ...(await Promise.all(together))) as Played;
  }

  private async paused(): Promise<Played> {
    const entitlement = await anActive(this.stack, { endDate: dayFromNow(40), period: 'month', timeZone: 'UTC' });
    const begun = Date.now();
    const path = `/v1/entitlements/${entitlement.id}`;
    const pause = { from: 'now', end: 'keep', reason: 'Closed' };
    await must(200, this.stack.ask('POST', `${path}/pause`, pause));
    await must(200, this.stack.ask('POST', `${path}/resume`, {}));
    const later = { ...pause, from: dayFromNow(5), until: dayFromNow(9), end: 'shift' };
    await must(200, this.stack.ask('POST', `${path}/pause`, later));
    await aCase(this.stack, entitlement);
    await this.skipTo(entitlement.id, `${dayFromNow(9)}T00:00:00Z`, begun);
    return { paused: await this.settled(entitlement) };
  }

  private async pausedTwice(): Promise<Played> {
    // The notice would come on day 11, and the period turn on one of the days 27 to 30.
    const renewalPolicy = { noticeDays: 40, reminderDays: 0, escalationDays: 0 };
    const term = { endDate: dayFromNow(50), period: 'month', timeZone: 'UTC', renewalPolicy };
    const entitlement = await anActive(this.stack, term);
    const begun = Date.now();
    for (const [from, until] of [
      [5, 35],
      [35, 45],
    ] as const) {
      const pause = { from: dayFromNow(from), until: dayFromNow(until), end: 'keep', reason: 'Closed' };
      await must(200, this.stack.ask('POST', `/v1/entitlements/${entitlement.id}/pause`, pause));
    }
    for (const day of [35, 45]) await this.skipTo(entitlement.id, `${dayFromNow(day)}T00:00:00Z`, begun);
    return { 'paused-twice': await this.settled(entitlement) };
  }

  private async caseOnHold(): Promise<Played> {
    const entitlement = await anActive(this.stack);
    const caseId = await aCase(this.stack, entitlement, { holds: ['reason 1'] });
    const on = (action: 'hold' | 'release', n: number) =>
      this.stack.ask('POST', `/v1/cases/${caseId}/${action}`, { reason: `reason ${n}` });
    for (let n = 2; n <= MAX_HOLD_REASONS + 1; n++) await on('hold', n);
    await must(200, on('release', 1));
    return { 'case-on-hold': await this.settled(entitlement) };
  }

  private async amended(): Promise<Played> {
    const price = { amount: '365.0000', currency: 'EUR', per: 'term' };
    const entitlement = await anActive(this.stack, { endDate: dayFromNow(40), timeZone: 'UTC', price });
    const begun = Date.now();
    const path = `/v1/entitlements/${entitlement.id}/amendments`;
    const amend = (effective: string, changes: object) =>
      must(201, this.stack.ask('POST', path, { effective, changes, grant: 'prorated', reason: 'They grew' }));
    await amend('now', { totalTerm: 9 });
    await amend(dayFromNow(4), { totalTerm: 12 });
    await amend(dayFromNow(6), { priority: 1 });
    await must(200, this.stack.ask('DELETE', `${path}/3`));
    await aCase(this.stack, entitlement);
    await this.skipTo(entitlement.id, `${dayFromNow(4)}T00:00:00Z`, begun);
    await must(201, this.stack.ask('POST', `${path}/2/void`, {}));
    return { amended: await this.settled(entitlement) };
  }

  private async graced(): Promise<Played> {
    const term = { startDate: dayFromNow(-40), endDate: dayFromNow(-4), timeZone: 'UTC', totalTerm: 5, graceDays: 30 };
    const over = await anActive(this.stack, term);
    const caseId = await aCase(this.stack, over);
    const asked = this.stack.ask<EntitlementView>('POST', `/v1/entitlements/${over.id}/renew`, {
      startDate: dayFromNow(-3),
    });
    const successor = await must(201, asked);
    await this.command(successor, 'activate');
    await until('the case has moved', SOON_MS, async () => {
      const { body } = await this.stack.ask<{ entitlementId: string }>('GET', `/v1/cases/${caseId}`);
      return body.entitlementId === successor.id ? true : undefined;
    });
    return { graced: await this.settled(over), 'late-successor': await this.settled(successor) };
  }

  private async caseClock(): Promise<Played> {
    const sla = { name: 'Quick', firstResponseMinutes: 60, resolutionMinutes: 120, calendar: { kind: '24x7' } };
    const slaId = unique('sla');
    await must(201, this.stack.ask('PUT', `/v1/slas/${slaId}`, sla));
    const entitlement = await anActive(this.stack, { slaId });
    const caseId = await aCase(this.stack, entitlement);
    const on = (action: string, body: object = {}) =>
      must(200, this.stack.ask('POST', `/v1/cases/${caseId}/${action}`, body));
    const client = await this.stack.client();
    const clocks = client.workflow.getHandle(clockWorkflowIdOf(caseId, 1));
    await until('the clocks run', SOON_MS, async () =>
      (await clocks.describe().catch(() => undefined))?.status.name === 'RUNNING' ? true : undefined,
    );
    await on('hold', { reason: 'customer' });
    await on('release', { reason: 'customer' });
    await this.skip(clocks.workflowId, HOUR_MS - 1_000);
    await on('respond');
    await on('resolve', { minutes: 5 });
    await this.completed(clocks);
    return { 'case-clock': clocks };
  }
}
