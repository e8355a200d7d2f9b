import type { Sql } from '../db/connect.ts';
import { enqueueEmail, overtakeEmails } from '../db/emails.ts';
import type { RenewalRecord } from '../db/renewals.ts';
import { daysLeft } from '../domain/days-left.ts';
import type { EntitlementDetails } from '../domain/details.ts';
import type { Person } from '../domain/renewal-policy.ts';
import type { Mail } from '../notices/mail-layout.ts';
import {
  type Addressee,
  acceptedMail,
  type RenewalLinks,
  type RenewalToTell,
  renewalMail,
} from '../notices/renewal-mails.ts';
import type { RenewalStepTaken } from '../workflows/renewal-messages.ts';
import { keyOf } from './tell-programs.ts';

/** A step as people are told of it. */
export interface Told {
  readonly taken: RenewalStepTaken;
  /** The record before it; undefined at the first. */
  readonly before: RenewalRecord | undefined;
  readonly record: RenewalRecord;
  readonly customerName: string;
  readonly publicUrl: string;
}

/** Mails the step. Whatever waits of the steps before is overtaken by it. */
export async function tellPeople(tx: Sql, told: Told): Promise<void> {
  const { record, taken } = told;
  await overtakeEmails(tx, record.id, `Overtaken: ${taken.step} at ${new Date(taken.at).toISOString()}.`);
  for (const person of addressees(told)) {
    const written = await mailOf(tx, told, isManager(person, record) ? 'account_manager' : 'escalation');
    if (written === undefined) return;
    const key = `${keyOf(taken, record)}:${person.email}`;
    await enqueueEmail(tx, { key, about: record.id, to: person.email, ...written });
  }
}

/** The account manager; when nobody acted, or there is none, whom the policy names for that. */
function addressees({ taken: { step, renewal }, record: { accountManager } }: Told): readonly Person[] {
  const { escalateTo } = renewal.policy;
  const isEscalated = step === 'escalation' || accountManager === null;
  const both = [accountManager, isEscalated ? escalateTo : null].filter((one) => one !== null);
  return both.filter((one, index) => both.findIndex(({ email }) => email === one.email) === index);
}

async function mailOf(tx: Sql, told: Told, addressee: Addressee): Promise<Mail | undefined> {
  const { step, renewal, successorId } = told.taken;
  if (step === 'accepted' && successorId !== null) {
    const [successor] = await tx<{ details: EntitlementDetails }[]>`
      select state->'details' as details from entitlements where id = ${successorId}`;
    const decidedBy = renewal.by ?? 'the account manager';
    return successor && acceptedMail(toTell(told), { successor: successor.details, decidedBy });
  }
  if (step === 'notice' || step === 'reminder' || step === 'escalation' || step === 'lapsed')
    return renewalMail(step, toTell(told), addressee);
  // It came to somebody else with the edit, whom no notice has reached yet.
  const isNew = told.record.accountManager?.email !== told.before?.accountManager?.email;
  return step === 'revised' && isNew ? renewalMail('notice', toTell(told), addressee) : undefined;
}

const toTell = (told: Told): RenewalToTell => {
  const { taken, record, customerName, publicUrl } = told;
  const { renewal, details, toldAt } = taken;
  return {
    customerName,
    entitlementId: renewal.entitlementId,
    details,
    proposal: record.proposal,
    daysLeft: daysLeft(details, toldAt),
    accountManagerName: record.accountManager?.name ?? null,
    escalateToName: addressees(told).find((person) => !isManager(person, record))?.name ?? null,
    links: linksTo(publicUrl, record.id),
  };
};

const isManager = ({ email }: Person, { accountManager }: RenewalRecord): boolean => email === accountManager?.email;

/** Where a person decides: each opens the renewal with that decision at hand. */
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
