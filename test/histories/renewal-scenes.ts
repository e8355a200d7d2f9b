import type { EntitlementView } from '../../api/entitlements/entitlement-view.ts';
import { dayFromNow } from '../support/days.ts';
import { aCase, anActive, must } from '../support/records.ts';
import { until } from '../support/waiting.ts';
import { type Played, Stage } from './stage.ts';

const SOON_MS = 60_000;
const DAY_MS = 86_400_000;

/** Renewals, and successors that end before they start. */
export class RenewalScenes extends Stage {
  /** Plays its scenes at the same time, because most of the time they wait. */
  async play(): Promise<Played> {
    const together = [
      this.renewal(),
      this.declined(),
      this.revised(),
      this.withdrawn(),
      this.lapsed(),
      this.declinedLate(),
      this.deletedSuccessor(),
      this.canceledSuccessor(),
      this.renewalRevived(),
    ];
    return Object.assign({}, ...(await Promise.all(together))) as Played;
  }

  private async renewal(): Promise<Played> {
    const renewalPolicy = { noticeDays: 60, reminderDays: 10, escalationDays: 5 };
    const entitlement = await anActive(this.stack, { endDate: dayFromNow(20), renewalPolicy });
    const path = await until('the renewal', SOON_MS, async () => {
      const { body } = await this.stack.ask<{ items: { id: string }[] }>(
        'GET',
        `/v1/renewals?entitlementId=${entitlement.id}`,
      );
      return body.items[0] === undefined ? undefined : `/v1/renewals/${body.items[0].id}`;
    });
    await this.command(entitlement, 'deactivate');
    await this.command(entitlement, 'activate');
    await must(200, this.stack.ask('POST', `${path}/snooze`, { until: dayFromNow(5) }));
    await must(200, this.stack.ask('POST', `${path}/accept`, { changes: { totalTerm: 5 } }));
    const client = await this.stack.client();
    const child = client.workflow.getHandle(`renewal/${entitlement.id}/1`);
    await until('the renewal is over', SOON_MS, async () =>
      (await child.describe()).status.name === 'COMPLETED' ? true : undefined,
    );
    return { renews: await this.settled(entitlement), renewal: child };
  }

  /** A successor that is deleted as a draft tells its predecessor, and completes. */
  private async deletedSuccessor(): Promise<Played> {
    const canceled = await anActive(this.stack);
    await this.command(canceled, 'cancel');
    const asked = this.stack.ask<EntitlementView>('POST', `/v1/entitlements/${canceled.id}/renew`);
    const successor = await this.runOf(await must(201, asked));
    await must(204, this.stack.ask('DELETE', `/v1/${successor.workflowId.replace('entitlement/', 'entitlements/')}`));
    await this.completed(successor);
    return { freed: await this.settled(canceled), 'deleted-successor': successor };
  }

  /** A successor that waits and is canceled tells its predecessor, which has a renewal again. */
  private async canceledSuccessor(): Promise<Played> {
    const renewalPolicy = { noticeDays: 60 };
    const entitlement = await anActive(this.stack, { endDate: dayFromNow(20), renewalPolicy });
    const path = await this.renewalOf(entitlement);
    const accepted = this.stack.ask<{ successorId: string }>('POST', `${path}/accept`, {});
    const { successorId } = await must(200, accepted);
    const successor = { id: successorId } as EntitlementView;
    await this.command(successor, 'cancel');
    const run = await this.settled(successor);
    await this.renewalOf(entitlement, 2);
    return { 'renewed-again': await this.settled(entitlement), 'canceled-successor': run };
  }

  /** A renewal whose workflow was terminated is brought back by a decision. */
  private async renewalRevived(): Promise<Played> {
    const renewalPolicy = { noticeDays: 60, reminderDays: 10 };
    const entitlement = await anActive(this.stack, { endDate: dayFromNow(20), renewalPolicy });
    const path = await this.renewalOf(entitlement);
    const client = await this.stack.client();
    const renewal = client.workflow.getHandle(`renewal/${entitlement.id}/1`);
    await renewal.terminate('an operator');
    await must(200, this.stack.ask('POST', `${path}/snooze`, { until: dayFromNow(5) }));
    await must(200, this.stack.ask('POST', `${path}/decline`, { reason: 'Too dear' }));
    await this.completed(renewal);
    return { 'renewal-revived': renewal };
  }

  private async declined(): Promise<Played> {
    const entitlement = await this.renewing();
    const path = await this.renewalOf(entitlement);
    await must(200, this.stack.ask('POST', `${path}/snooze`, { until: dayFromNow(3) }));
    await must(200, this.stack.ask('POST', `${path}/decline`, { reason: 'Not needed' }));
    const renewal = await this.renewalWorkflow(entitlement);
    await this.completed(renewal);
    return { declined: renewal };
  }

  /** Its entitlement is edited, so what is proposed is computed again. */
  private async revised(): Promise<Played> {
    const entitlement = await this.renewing();
    const path = await this.renewalOf(entitlement);
    await aCase(this.stack, entitlement);
    await this.command(entitlement, 'deactivate');
    await must(200, this.stack.ask('PATCH', `/v1/entitlements/${entitlement.id}`, { totalTerm: 8 }));
    await this.command(entitlement, 'activate');
    await until('revised', SOON_MS, async () => {
      const { body } = await this.stack.ask<{ steps: { step: string }[] }>('GET', path);
      return body.steps.some(({ step }) => step === 'revised') ? true : undefined;
    });
    return {
      revised: await this.renewalWorkflow(entitlement),
      'edited-while-renewed': await this.settled(entitlement),
    };
  }

  private async withdrawn(): Promise<Played> {
    const entitlement = await this.renewing();
    await this.renewalOf(entitlement);
    await this.command(entitlement, 'cancel');
    const renewal = await this.renewalWorkflow(entitlement);
    await this.completed(renewal);
    return { withdrawn: renewal };
  }

  /** Nobody decides: reminder, escalation, lapse, and thirty days later the close. */
  private async lapsed(): Promise<Played> {
    const entitlement = await this.renewing();
    await this.renewalOf(entitlement);
    const renewal = await this.renewalWorkflow(entitlement);
    await this.skip(renewal.workflowId, 55 * DAY_MS).catch(() => undefined);
    await this.completed(renewal);
    return { lapsed: renewal };
  }

  /** Lapsed, and declined some days after the end. */
  private async declinedLate(): Promise<Played> {
    const entitlement = await this.renewing();
    const path = await this.renewalOf(entitlement);
    const renewal = await this.renewalWorkflow(entitlement);
    await this.skip(renewal.workflowId, 25 * DAY_MS);
    await must(200, this.stack.ask('POST', `${path}/decline`, { reason: 'Too late' }));
    await this.completed(renewal);
    return { 'declined-late': renewal };
  }

  private renewing(): Promise<EntitlementView> {
    const renewalPolicy = { noticeDays: 60, reminderDays: 10, escalationDays: 5 };
    return anActive(this.stack, { endDate: dayFromNow(20), renewalPolicy });
  }
}
