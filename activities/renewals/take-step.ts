import { findCustomer } from '../../db/directory/records.ts';
import { listTierTemplates } from '../../db/entitlements/tier-templates.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { inTransaction } from '../../db/postgres/transaction.ts';
import { readTermUsage } from '../../db/renewals/renewal-usage.ts';
import { findRenewal, holdRenewal, insertRenewal, updateRenewal } from '../../db/renewals/renewals.ts';
import { announcedTo } from '../../domain/renewals/audience.ts';
import type { Proposal } from '../../domain/renewals/proposal.ts';
import { type RenewalStep, renewalIdOf } from '../../domain/renewals/renewal-course.ts';
import { proposeRenewal } from '../../domain/renewals/renewal-proposal.ts';
import type { RenewalStepTaken } from '../../workflows/renewals/renewal-messages.ts';
import { announceToPeople } from './announce-to-people.ts';
import { announceToPrograms } from './announce-to-programs.ts';

/**
 * Takes one step of a renewal, once: its record, its mails and its events, in one transaction. The steps that ask
 * people to decide, and an edit of the entitlement, compute the proposal from the use up to then and look up the
 * account manager again, because a customer may get another one. A decision keeps the proposal and the account
 * manager that it found.
 */
export async function takeRenewalStep(sql: Sql, taken: RenewalStepTaken, publicUrl: string): Promise<void> {
  const { renewal, details, seq, step } = taken;
  const id = renewalIdOf(renewal);
  await inTransaction(sql, async (tx) => {
    const before = await holdRenewal(tx, id);
    if (before !== undefined && before.seq >= seq) return;
    const customer = await findCustomer(tx, details.customerId);
    const beside =
      before === undefined || ASKING.includes(step)
        ? {
            accountManager: renewal.policy.accountManager ?? customer?.accountManager ?? null,
            proposal: await proposalFor(tx, taken),
          }
        : before;
    const audiencesBefore = before?.steps.map(({ heardBy }) => heardBy) ?? [];
    const audience = announcedTo(step, taken.tells, audiencesBefore);
    const written = { ...taken, audience };
    await (before === undefined ? insertRenewal : updateRenewal)(tx, renewal, written, { ...beside, details });
    if (audience === 'nobody') return;
    const record = await findRenewal(tx, id);
    if (record === undefined) throw new TypeError(`The renewal ${id} has no record after a step.`);
    const customerName = customer?.name ?? details.customerId;
    if (audience === 'everybody') await announceToPeople(tx, { taken, before, record, customerName, publicUrl });
    await announceToPrograms(tx, taken, record);
  });
}

async function proposalFor(tx: Sql, { renewal, details, toldAt }: RenewalStepTaken): Promise<Proposal> {
  const templates = await listTierTemplates(tx);
  const usage = await readTermUsage(tx, { id: renewal.entitlementId, details }, toldAt);
  return proposeRenewal({ details, usage, templates });
}

/** The steps that ask people to decide, or that change what they are asked. */
const ASKING: readonly RenewalStep[] = ['notice', 'revised', 'reminder', 'escalation', 'lapsed'];
