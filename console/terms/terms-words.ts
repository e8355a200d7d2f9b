import type { Shapes } from '../data/api.ts';
import { type AllocationType, minutesText, numberText, termText } from '../ui/format.ts';

type Entitlement = Shapes['Entitlement'];

/** The terms of an entitlement, a template, a proposal or a successor, as the words below read them. */
export type Terms = Pick<
  Entitlement,
  | 'name'
  | 'description'
  | 'owner'
  | 'allocationType'
  | 'totalTerm'
  | 'decreaseRemainingOn'
  | 'restrict'
  | 'overagePrice'
  | 'period'
  | 'rolloverCap'
  | 'hold'
  | 'productIds'
  | 'slaId'
  | 'priority'
  | 'tier'
  | 'renewalPolicy'
> & { readonly channels: readonly { readonly channel: string; readonly totalTerm: number | null }[] };

const EACH: Readonly<Record<NonNullable<Entitlement['period']>, string>> = {
  month: ' a month',
  quarter: ' a quarter',
  year: ' a year',
};

/** ` a year`, or nothing if the total is granted once. */
export const eachText = (period: Entitlement['period']): string => (period === null ? '' : EACH[period]);

type Total = Pick<Terms, 'totalTerm' | 'allocationType' | 'period'>;

/** `100 cases a year`, `17 h 11 min`, `unlimited`. */
export const totalText = ({ totalTerm, allocationType, period }: Total): string =>
  totalTerm === null || allocationType === 'unlimited'
    ? 'unlimited'
    : `${termText(totalTerm, allocationType)}${eachText(period)}`;

/** Cases, or whole minutes as people say them. */
export const amountText = (amount: number, unit: 'cases' | 'minutes'): string =>
  unit === 'minutes' ? minutesText(amount) : termText(amount, 'cases');

const caseOrHour = (allocationType: AllocationType): string => (allocationType === 'hours' ? 'hour' : 'case');

/** What happens to a case when nothing is left. */
export function overageText({
  allocationType,
  restrict,
  overagePrice,
}: Pick<Terms, 'allocationType' | 'restrict' | 'overagePrice'>): string {
  if (allocationType === 'unlimited') return 'not possible';
  if (restrict) return 'refused';
  if (overagePrice === null) return 'allowed';
  const { unitPrice, currency } = overagePrice;
  return `allowed, at ${unitPrice} ${currency} for each ${caseOrHour(allocationType)}`;
}

/** Which channels are covered, in one line: email, phone up to 17 h. */
export function channelsText({ channels, ...terms }: Terms): string {
  if (channels.length === 0) return 'every channel';
  return channels
    .map(({ channel, totalTerm }) =>
      totalTerm === null || totalTerm === terms.totalTerm
        ? channel
        : `${channel} up to ${totalText({ ...terms, totalTerm })}`,
    )
    .join(', ');
}

/** When renewals of it are decided, in one line. */
export function renewalPolicyText({ renewalPolicy }: Pick<Terms, 'renewalPolicy'>): string {
  if (renewalPolicy === null) return 'none';
  const { noticeDays, reminderDays, escalationDays, accountManager } = renewalPolicy;
  const days = [
    `notice ${numberText(noticeDays)} days before the end`,
    ...(reminderDays > 0 ? [`reminder ${numberText(reminderDays)}`] : []),
    ...(escalationDays > 0 ? [`escalation ${numberText(escalationDays)}`] : []),
    ...(accountManager === null ? [] : [`decided by ${accountManager.name}`]),
  ];
  return days.join(', ');
}
