import { enqueueEmail, supersedeEmails } from '../../db/deliveries/emails.ts';
import { findEntitlement } from '../../db/entitlements/entitlements.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { noteEscalation, type RenewalRecord } from '../../db/renewals/renewals.ts';
import { type Responsible, recipientsOf, recipientsOfRevision } from '../../domain/renewals/recipients.ts';
import { daysLeft } from '../../domain/terms/days-left.ts';
import type { Person } from '../../domain/terms/renewal-policy.ts';
import type { RenewalStepTaken } from '../../workflows/renewals/renewal-messages.ts';
import { acceptedMail } from './accepted-mail.ts';
import { keyOf } from './announce-to-programs.ts';
import type { Mail } from './mail-layout.ts';
import type { Addressee, MailedRenewal, RenewalLinks } from './mailed-renewal.ts';
import { renewalMail } from './renewal-mails.ts';

/** A step, and what its mails are made of. */
export interface AnnouncedStep {
  readonly taken: RenewalStepTaken;
  /** The record before the step; undefined at the first one. */
  readonly before: RenewalRecord | undefined;
  readonly record: RenewalRecord;
  readonly customerName: string;
  readonly publicUrl: string;
}

/** Mails the step. It supersedes the mails about earlier steps that were not sent yet. */
export async function announceToPeople(tx: Sql, announced: AnnouncedStep): Promise<void> {
  const { record, taken } = announced;
  const reason = `Superseded by the step ${taken.step} of ${new Date(taken.at).toISOString()}.`;
  const unsent = await supersedeEmails(tx, record.id, reason);
  for (const { email } of recipients(announced, unsent)) {
    const addressee = isManager({ email }, record) ? 'account_manager' : 'escalation';
    const written = await mailOf(tx, announced, addressee);
    if (written === undefined) return;
    await enqueueEmail(tx, { key: `${keyOf(taken, record)}:${email}`, about: record.id, to: email, ...written });
    if (addressee === 'escalation') await noteEscalation(tx, record.id, email);
  }
}

function recipients(announced: AnnouncedStep, unsent: readonly string[]): readonly Person[] {
  const { taken, before } = announced;
  const responsible = responsibleFor(announced);
  if (taken.step !== 'revised') return recipientsOf(taken.step, responsible);
  return recipientsOfRevision(responsible, { accountManagerBefore: before?.accountManager ?? null, unsent });
}

const responsibleFor = ({ record, taken }: AnnouncedStep): Responsible => ({
  accountManager: record.accountManager,
  escalateTo: taken.renewal.policy.escalateTo,
});

/** The mail of a step; undefined if the step is announced to programs alone. */
async function mailOf(tx: Sql, announced: AnnouncedStep, addressee: Addressee): Promise<Mail | undefined> {
  const { step, renewal, successorId } = announced.taken;
  if (step === 'accepted' && successorId !== null) {
    const successor = await findEntitlement(tx, successorId);
    const decidedBy = renewal.by ?? 'the account manager';
    return successor && acceptedMail(mailedRenewal(announced), { successor: successor.details, decidedBy });
  }
  if (step === 'revised') return renewalMail('notice', mailedRenewal(announced), addressee);
  if (step === 'notice' || step === 'reminder' || step === 'escalation' || step === 'lapsed')
    return renewalMail(step, mailedRenewal(announced), addressee);
  return undefined;
}

function mailedRenewal(announced: AnnouncedStep): MailedRenewal {
  const { taken, record, customerName, publicUrl } = announced;
  const { renewal, details, step, toldAt } = taken;
  const others = recipientsOf(step, responsibleFor(announced)).filter((person) => !isManager(person, record));
  return {
    customerName,
    entitlementId: renewal.entitlementId,
    details,
    proposal: record.proposal,
    daysLeft: daysLeft(details, toldAt),
    accountManagerName: record.accountManager?.name ?? null,
    escalateToName: others[0]?.name ?? null,
    links: linksTo(publicUrl, record.id),
  };
}

const isManager = ({ email }: Pick<Person, 'email'>, { accountManager }: RenewalRecord): boolean =>
  email === accountManager?.email;

/** Where a person decides. Each link opens the page of the renewal and brings one decision to the fore. */
const linksTo = (publicUrl: string, id: string): RenewalLinks => {
  const page = `${publicUrl}/renewals/${id}`;
  return {
    accept: `${page}?decide=accept`,
    change: `${page}?decide=change`,
    snooze: `${page}?decide=snooze`,
    decline: `${page}?decide=decline`,
    open: page,
  };
};
