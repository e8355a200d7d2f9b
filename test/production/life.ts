import { expect } from 'vitest';
import type { EntitlementView } from '../../api/entitlements/entitlement-view.ts';
import { fastForward } from '../../dev/fast-forward.ts';
import { DAY_MS, dayFromNow, MINUTE_MS } from '../support/days.ts';
import type { MailReceiver } from '../support/mail-receiver.ts';
import { must } from '../support/records.ts';
import { unique } from '../support/unique.ts';
import { until } from '../support/waiting.ts';
import type { ProductionApi } from './production-api.ts';
import type { ProductionStack } from './production-stack.ts';

const NOTICE_DAYS = 60;
const DAYS_UNTIL_START = 2;
const TOTAL = 3;
const SOON_MS = 30_000;

interface RenewalView {
  readonly id: string;
  readonly stage: string;
  readonly isOver: boolean;
  readonly successorId: string | null;
}

/** One entitlement from draft to expiry, and its successor until that is active; the clocks of both are moved. */
export class Life {
  readonly steps: string[] = [];
  readonly #stack: ProductionStack;
  readonly #api: ProductionApi;
  readonly #mails: MailReceiver;
  readonly #customerId = unique('customer');
  #aheadMs = 0;

  constructor(stack: ProductionStack, api: ProductionApi, mails: MailReceiver) {
    this.#stack = stack;
    this.#api = api;
    this.#mails = mails;
  }

  async live(): Promise<void> {
    const draft = await this.#draft();
    const waiting = await this.#command(draft, 'activate', 'waiting');
    await this.#attach(waiting, 'before the start', 422);
    await this.#goPast(waiting, waiting.startsAt);
    const active = await this.#becomes(waiting, 'active');
    for (let n = 1; n <= TOTAL; n++) await this.#attach(active, `case ${n} of ${TOTAL}`, 201);
    await this.#attach(active, 'one too many', 422);
    await this.#goPast(active, (await this.#read(active)).currentPeriod?.endsAt ?? null);
    await this.#becomes(active, 'active', TOTAL);
    await this.#attach(active, 'in the next period', 201);
    const renewal = await this.#notice(active);
    const successor = await this.#accept(renewal);
    await this.#goPast(active, active.endsAt);
    await this.#becomes(active, 'expired');
    await this.#attach(active, 'after the end', 422);
    this.#aheadMs = 0;
    await this.#goPast(successor, successor.startsAt);
    await this.#becomes(successor, 'active');
  }

  async #draft(): Promise<EntitlementView> {
    const accountManager = { name: 'Accounts West', email: this.#address };
    const customer = { type: 'account', name: 'Contoso', accountManager };
    await must(201, this.#api.ask('PUT', `/v1/customers/${this.#customerId}`, customer));
    const body = {
      name: 'Silver support',
      customerId: this.#customerId,
      startDate: dayFromNow(DAYS_UNTIL_START),
      endDate: dayFromNow(DAYS_UNTIL_START + 364),
      timeZone: 'UTC',
      allocationType: 'cases',
      totalTerm: TOTAL,
      period: 'month',
      decreaseRemainingOn: 'creation',
      restrict: true,
      renewalPolicy: { noticeDays: NOTICE_DAYS, reminderDays: 30, escalationDays: 14 },
    };
    const draft = await must(201, this.#api.ask<EntitlementView>('POST', '/v1/entitlements', body));
    expect(draft.status).toBe('draft');
    this.#say('created', `${draft.status}, ${TOTAL} cases each month`);
    return draft;
  }

  async #command({ id }: EntitlementView, command: string, status: string): Promise<EntitlementView> {
    const answer = await must(200, this.#api.ask<EntitlementView>('POST', `/v1/entitlements/${id}/${command}`, {}));
    expect(answer.status).toBe(status);
    this.#say(command, answer.status);
    return answer;
  }

  async #attach({ id, customerId }: EntitlementView, when: string, status: number): Promise<void> {
    const body = { id: unique('case'), customerId, entitlementId: id };
    const answer = await this.#api.ask('POST', '/v1/cases', body);
    expect([when, answer.status]).toEqual([when, status]);
    const { code = 'accepted', remainingTerm } = answer.body as { code?: string; remainingTerm?: number };
    this.#say(`case, ${when}`, remainingTerm === undefined ? code : `${code}, ${remainingTerm} left`);
  }

  async #notice(active: EntitlementView): Promise<RenewalView> {
    const noticeAt = Date.parse(active.endsAt ?? '') - NOTICE_DAYS * DAY_MS;
    await this.#goPast(active, new Date(noticeAt).toISOString());
    const renewal = await this.#renewal(active, ({ stage }) => stage === 'open');
    const mail = await until('the notice arrives', SOON_MS, async () => this.#mails.with(this.#address)[0]);
    expect(mail.to).toBe(this.#address);
    this.#say(`${NOTICE_DAYS} days before its end`, `renewal ${renewal.stage}, mail to ${mail.to}`);
    return renewal;
  }

  async #accept({ id }: RenewalView): Promise<EntitlementView> {
    await must(200, this.#api.ask('POST', `/v1/renewals/${id}/accept`, {}, unique('accept')));
    const { successorId } = await until('the renewal is over', SOON_MS, async () => {
      const found = await must(200, this.#api.ask<RenewalView>('GET', `/v1/renewals/${id}`));
      return found.isOver && found.successorId !== null ? found : undefined;
    });
    const successor = await this.#becomes({ id: successorId ?? '' }, 'waiting');
    expect(successor.startDate > dayFromNow(DAYS_UNTIL_START + 364)).toBe(true);
    return successor;
  }

  #renewal({ id }: EntitlementView, wanted: (renewal: RenewalView) => boolean): Promise<RenewalView> {
    return until(`a renewal of ${id}`, SOON_MS, async () => {
      const path = `/v1/renewals?entitlementId=${id}`;
      const { items } = await must(200, this.#api.ask<{ items: RenewalView[] }>('GET', path));
      return items.find(wanted);
    });
  }

  /** A minute past the instant, so that what happens at it has happened. A renewal that starts on the way keeps its time. */
  async #goPast({ id }: EntitlementView, instant: string | null): Promise<void> {
    const ms = Date.parse(instant ?? '') + MINUTE_MS - Date.now() - this.#aheadMs;
    const { namespace } = this.#stack;
    await fastForward(await this.#stack.connection(), namespace, `entitlement/${id}`, ms, { alone: true });
    this.#aheadMs += ms;
  }

  async #becomes(of: { readonly id: string }, status: string, remaining?: number): Promise<EntitlementView> {
    const found = await until(`${of.id} is ${status}`, SOON_MS, async () => {
      const now = await this.#read(of);
      return now.status === status && (remaining ?? now.remainingTerm) === now.remainingTerm ? now : undefined;
    });
    this.#say('by itself', `${found.status}, ${found.startDate} to ${found.endDate}, ${found.remainingTerm} left`);
    return found;
  }

  #read({ id }: { readonly id: string }): Promise<EntitlementView> {
    return must(200, this.#api.ask<EntitlementView>('GET', `/v1/entitlements/${id}`));
  }

  get #address(): string {
    return `accounts-${this.#customerId}@example.com`;
  }

  #say(what: string, answer: string): void {
    const day = new Date(Date.now() + this.#aheadMs).toISOString().slice(0, 'yyyy-mm-dd'.length);
    this.steps.push(`${day}  ${what} → ${answer}`);
  }
}
