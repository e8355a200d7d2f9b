import { findCustomer } from '../../db/directory/records.ts';
import { listTierTemplates } from '../../db/entitlements/tier-templates.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { inTransaction } from '../../db/postgres/transaction.ts';
import { readTermUsage } from '../../db/renewals/renewal-usage.ts';
import { findRenewal, holdRenewal, insertRenewal, updateRenewal } from '../../db/renewals/renewals.ts';
import { type RenewalStep, renewalIdOf } from '../../domain/renewals/renewal-course.ts';
import { type Proposal, proposeRenewal } from '../../domain/renewals/renewal-proposal.ts';
import type { RenewalStepTaken } from '../../workflows/renewals/renewal-messages.ts';
import { tellPeople } from './announce-to-people.ts';
import { tellPrograms } from './announce-to-programs.ts';

/**
 * Takes one step of a renewal: its record, its mails and its event, in one transaction, once. Whenever people are asked to
 * decide, and when the entitlement was edited, the proposal is computed from the use up to then, and who is to decide is looked up,
 * as customers change hands; what was decided keeps the proposal and the person that it had.
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
    // Of what nobody ever heard of, nobody hears that it is withdrawn.
    const isKnown = step !== 'withdrawn' || before?.steps.some(({ heardBy }) => heardBy !== 'nobody') === true;
    const tells = isKnown ? taken.tells : 'nobody';
    const written = { ...taken, heardBy: tells };
    await (before === undefined ? insertRenewal : updateRenewal)(tx, renewal, written, { ...beside, details });
    if (tells === 'nobody') return;
    const record = await findRenewal(tx, id);
    if (record === undefined) throw new TypeError('A renewal is there once a step is taken.');
    if (tells === 'everybody')
      await tellPeople(tx, { taken, before, record, customerName: customer?.name ?? details.customerId, publicUrl });
    await tellPrograms(tx, taken, record);
  });
}

async function proposalFor(tx: Sql, { renewal, details, toldAt }: RenewalStepTaken): Promise<Proposal> {
  const templates = await listTierTemplates(tx);
  const usage = await readTermUsage(tx, { id: renewal.entitlementId, details }, toldAt);
  return proposeRenewal({ details, usage, templates });
}

/** People are asked to decide, or would be. */
const ASKING: readonly RenewalStep[] = ['notice', 'revised', 'reminder', 'escalation', 'lapsed'];
