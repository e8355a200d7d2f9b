import { dayFromNow } from '../support/days.ts';
import { aCase, aDraft, anActive, must } from '../support/records.ts';
import { unique } from '../support/unique.ts';
import { type Played, Stage } from './stage.ts';

const EVENTS_AT_ONCE = 150;

/** Terms of every kind, and what callers change about cases. */
export class TermScenes extends Stage {
  /** Plays its scenes at the same time, because most of the time they wait. */
  async play(): Promise<Played> {
    const together = [
      this.held(),
      this.charged(),
      this.allowed(),
      this.unlimited(),
      this.overridden(),
      this.movedByCaller(),
      this.batch(),
      this.deletedDraft(),
      this.canceledWaiting(),
    ];
    return Object.assign({}, ...(await Promise.all(together))) as Played;
  }

  /** Hours that are reserved, settled and released; one case is still open when the entitlement ends. */
  private async held(): Promise<Played> {
    const terms = { allocationType: 'hours', totalTerm: 240, decreaseRemainingOn: 'resolution', hold: true };
    const entitlement = await anActive(this.stack, { ...terms, endDate: dayFromNow(20) });
    const begun = Date.now();
    const resolved = await aCase(this.stack, entitlement, { minutes: 30 });
    const canceled = await aCase(this.stack, entitlement, { minutes: 60 });
    const open = await aCase(this.stack, entitlement, { minutes: 20 });
    await this.changed('POST', `/v1/cases/${resolved}/resolve`, { minutes: 45 });
    await this.changed('POST', `/v1/cases/${resolved}/reactivate`);
    await this.changed('POST', `/v1/cases/${resolved}/resolve`, { minutes: 50 });
    await this.changed('PATCH', `/v1/cases/${resolved}`, { minutes: 40 });
    await this.changed('POST', `/v1/cases/${canceled}/cancel`);
    await this.skipTo(entitlement.id, entitlement.endsAt, begun);
    await this.changed('POST', `/v1/cases/${open}/resolve`, { minutes: 25 });
    return { held: await this.settled(entitlement) };
  }

  /** Cases past what is granted are billed; periods turn over them, and some come back. */
  private async charged(): Promise<Played> {
    const overagePrice = { unitPrice: '89.90', currency: 'EUR' };
    const terms = { totalTerm: 2, period: 'month', overage: 'charge', restrict: false, overagePrice };
    const entitlement = await anActive(this.stack, { ...terms, endDate: dayFromNow(75) });
    const begun = Date.now();
    const cases: string[] = [];
    for (let n = 1; n <= 5; n += 1) cases.push(await aCase(this.stack, entitlement));
    const [first, second, third] = cases;
    await this.changed('POST', `/v1/cases/${first}/cancel`);
    await this.changed('POST', `/v1/cases/${second}/resolve`, { minutes: 30 });
    await this.toppedUp(entitlement.id, { amount: 1, price: '50.00', currency: 'EUR' });
    await this.skipTo(entitlement.id, `${dayFromNow(35)}T00:00:00Z`, begun);
    await aCase(this.stack, entitlement);
    await this.changed('POST', `/v1/cases/${third}/cancel`);
    await this.changed('POST', `/v1/cases/${first}/reactivate`);
    await this.skipTo(entitlement.id, entitlement.endsAt, begun);
    return { charged: await this.settled(entitlement) };
  }

  /** Remaining goes below zero; a top-up pays the debt, and the total is edited. */
  private async allowed(): Promise<Played> {
    const terms = { totalTerm: 1, overage: 'allow', restrict: false, period: 'quarter', rolloverCap: 1 };
    const entitlement = await anActive(this.stack, terms);
    const caseId = await aCase(this.stack, entitlement);
    await aCase(this.stack, entitlement);
    await aCase(this.stack, entitlement);
    await this.toppedUp(entitlement.id, { amount: 3 });
    await this.changed('POST', `/v1/cases/${caseId}/cancel`);
    await this.command(entitlement, 'deactivate');
    await this.changed('PATCH', `/v1/entitlements/${entitlement.id}`, { totalTerm: 4 });
    await this.command(entitlement, 'activate');
    await this.changed('POST', `/v1/entitlements/${entitlement.id}/set-default`, {});
    return { allowed: await this.settled(entitlement) };
  }

  private async unlimited(): Promise<Played> {
    const terms = { allocationType: 'unlimited', totalTerm: null, restrict: undefined };
    const entitlement = await anActive(this.stack, { ...terms, channels: [{ channel: 'phone' }, { channel: 'web' }] });
    const caseId = await aCase(this.stack, entitlement, { channel: 'phone' });
    await this.changed('PATCH', `/v1/cases/${caseId}`, { channel: 'web' });
    await this.refused(entitlement, 'email');
    await this.changed('POST', `/v1/cases/${caseId}/resolve`, { minutes: 5 });
    return { unlimited: await this.settled(entitlement) };
  }

  /** Cases that somebody lets in although nothing is left, and cases that take nothing. */
  private async overridden(): Promise<Played> {
    const entitlement = await anActive(this.stack, { totalTerm: 1 });
    const first = await aCase(this.stack, entitlement);
    const past = await aCase(this.stack, entitlement, { override: { reason: 'A goodwill case' } });
    const forFree = { decrementEntitlementTerm: false, reason: 'Our own mistake' };
    await this.changed('PATCH', `/v1/cases/${first}`, forFree);
    await this.changed('POST', `/v1/cases/${past}/cancel`);
    await this.changed('PATCH', `/v1/cases/${first}`, { decrementEntitlementTerm: true });
    await this.changed('POST', `/v1/cases/${first}/decrement`, { reason: 'It was not' });
    return { overridden: await this.settled(entitlement) };
  }

  private async movedByCaller(): Promise<Played> {
    const one = await anActive(this.stack);
    const other = await anActive(this.stack, { customerId: one.customerId });
    const moved = await aCase(this.stack, one);
    const takenOff = await aCase(this.stack, one);
    await this.changed('PATCH', `/v1/cases/${moved}`, { entitlementId: other.id });
    await this.changed('PATCH', `/v1/cases/${takenOff}`, { entitlementId: null });
    return { 'moved-away': await this.settled(one), 'moved-by-caller': await this.settled(other) };
  }

  /** One list with many events of one entitlement. */
  private async batch(): Promise<Played> {
    const entitlement = await anActive(this.stack, { totalTerm: EVENTS_AT_ONCE - 10 });
    const { id: entitlementId, customerId } = entitlement;
    const prefix = unique('list');
    const events = Array.from({ length: EVENTS_AT_ONCE }, (_, index) => {
      const caseId = `${prefix}-${index}`;
      const attach = { kind: 'attach', key: `a:${caseId}`, caseId, customerId, entitlementId };
      return [attach, { kind: 'resolve', key: `r:${caseId}`, caseId, minutes: 10 }];
    }).flat();
    await this.changed('POST', '/v1/case-events', { events });
    await this.changed('POST', '/v1/case-events', { events: events.slice(0, 20) });
    return { batch: await this.settled(entitlement) };
  }

  private async deletedDraft(): Promise<Played> {
    const draft = await aDraft(this.stack);
    const workflow = await this.runOf(draft);
    await this.changed('PATCH', `/v1/entitlements/${draft.id}`, { name: 'Edited', totalTerm: 7 });
    await must(204, this.stack.ask('DELETE', `/v1/entitlements/${draft.id}`));
    await this.completed(workflow);
    return { 'deleted-draft': workflow };
  }

  private async canceledWaiting(): Promise<Played> {
    const draft = await aDraft(this.stack, { startDate: dayFromNow(10), endDate: dayFromNow(40) });
    await this.command(draft, 'activate');
    await this.command(draft, 'cancel');
    return { 'canceled-waiting': await this.settled(draft) };
  }

  private async changed(method: string, path: string, body?: unknown): Promise<void> {
    await must(200, this.stack.ask(method, path, body));
  }

  private async toppedUp(id: string, topUp: object): Promise<void> {
    await must(201, this.stack.ask('POST', `/v1/entitlements/${id}/top-ups`, topUp));
  }
}
