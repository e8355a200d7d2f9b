import { enqueueEmail, overtakeEmails } from '../../db/deliveries/emails.ts';
import { findEntitlement } from '../../db/entitlements/entitlements.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { noteEscalation, type RenewalRecord } from '../../db/renewals/renewals.ts';
import { daysLeft } from '../../domain/terms/days-left.ts';
import type { Person } from '../../domain/terms/renewal-policy.ts';
import type { RenewalStepTaken } from '../../workflows/renewals/renewal-messages.ts';
import { keyOf } from './announce-to-programs.ts';
import type { Mail } from './mail-layout.ts';
import { type Addressee, acceptedMail, type RenewalLinks, type RenewalToTell, renewalMail } from './renewal-mails.ts';

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
  const reason = `Overtaken: ${taken.step} at ${new Date(taken.at).toISOString()}.`;
  const missed = await overtakeEmails(tx, record.id, reason);
  for (const { email } of taken.step === 'revised' ? unaware(told, missed) : addressees(told)) {
    const addressee = isManager({ email }, record) ? 'account_manager' : 'escalation';
    const written = await mailOf(tx, told, addressee);
    if (written === undefined) return;
    await enqueueEmail(tx, { key: `${keyOf(taken, record)}:${email}`, about: record.id, to: email, ...written });
    if (addressee === 'escalation') await noteEscalation(tx, record.id, email);
  }
}

/** The account manager; when nobody acted, or there is none, whom the policy names for that. */
function addressees({ taken: { step, renewal }, record: { accountManager } }: Told): readonly Person[] {
  const isEscalated = step === 'escalation' || accountManager === null;
  return unlike([accountManager, isEscalated ? renewal.policy.escalateTo : null]);
}

/** Of an edit hear those alone whom no notice has reached: it came to them with the edit, or their mail still waited. */
function unaware(told: Told, missed: readonly string[]): readonly Person[] {
  const { before, record, taken } = told;
  const isNew = record.accountManager?.email !== before?.accountManager?.email;
  const reached = isNew ? addressees(told) : [];
  const both = unlike([record.accountManager, taken.renewal.policy.escalateTo]);
  return unlike([...reached, ...both.filter(({ email }) => missed.includes(email))]);
}

const unlike = (people: readonly (Person | null)[]): readonly Person[] => {
  const given = people.filter((one) => one !== null);
  return given.filter((one, index) => given.findIndex(({ email }) => email === one.email) === index);
};

async function mailOf(tx: Sql, told: Told, addressee: Addressee): Promise<Mail | undefined> {
  const { step, renewal, successorId } = told.taken;
  if (step === 'accepted' && successorId !== null) {
    const successor = await findEntitlement(tx, successorId);
    const decidedBy = renewal.by ?? 'the account manager';
    return successor && acceptedMail(toTell(told), { successor: successor.details, decidedBy });
  }
  if (step === 'revised') return renewalMail('notice', toTell(told), addressee);
  if (step === 'notice' || step === 'reminder' || step === 'escalation' || step === 'lapsed')
    return renewalMail(step, toTell(told), addressee);
  return undefined;
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

const isManager = ({ email }: Pick<Person, 'email'>, { accountManager }: RenewalRecord): boolean =>
  email === accountManager?.email;

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
