import { dayText, termText } from '../ui/format.ts';
import type { Body, BodyField } from './form-body.ts';

/** The fields as the form calls them. */
export const FIELD_WORDS: Readonly<Record<BodyField, string>> = {
  name: 'Name',
  description: 'Description',
  owner: 'Owner',
  customerId: 'Customer',
  startDate: 'Start date',
  endDate: 'End date',
  timeZone: 'Time zone',
  allocationType: 'Allocation type',
  totalTerm: 'Total term',
  decreaseRemainingOn: 'Decrease remaining on',
  overage: 'Past the allotment',
  overagePrice: 'Price past the allotment',
  price: 'Price of the contract',
  graceDays: 'Grace, in days',
  period: 'Period',
  rolloverCap: 'Rollover, at most',
  hold: 'Hold',
  channels: 'Channels',
  productIds: 'Products',
  contactIds: 'Contacts',
  slaId: 'Service level',
  priority: 'Priority',
  tier: 'Tier',
  renewalPolicy: 'Renewal policy',
};

const NONE = 'none';
const listed = (words: readonly string[]): string => (words.length === 0 ? NONE : words.join(', '));

function amountWords(amount: number | null | undefined, { allocationType = 'cases' }: Body): string {
  return amount == null && allocationType !== 'unlimited' ? NONE : termText(amount ?? null, allocationType);
}

function channelWords(body: Body): string {
  return listed(
    (body.channels ?? []).map(({ channel, totalTerm }) =>
      totalTerm == null ? channel : `${channel} (${amountWords(totalTerm, body)})`,
    ),
  );
}

const personWords = ({ name, email }: { readonly name: string; readonly email: string }): string =>
  `${name} (${email})`;

function policyWords({ renewalPolicy }: Body): string {
  if (renewalPolicy == null) return NONE;
  const { noticeDays, reminderDays = 0, escalationDays = 0, accountManager, escalateTo, propose } = renewalPolicy;
  return listed([
    `notice ${noticeDays}, reminder ${reminderDays}, escalation ${escalationDays} days before the end`,
    ...(accountManager == null ? [] : [`account manager ${personWords(accountManager)}`]),
    ...(escalateTo == null ? [] : [`escalate to ${personWords(escalateTo)}`]),
    propose === 'same_terms' ? 'propose the same terms' : 'propose by use',
  ]);
}

/** The value of a field as a person reads it. */
export function valueWords(field: BodyField, body: Body): string {
  switch (field) {
    case 'startDate':
    case 'endDate':
      return dayText(body[field] ?? '');
    case 'totalTerm':
    case 'rolloverCap':
      return amountWords(body[field], body);
    case 'hold':
      return body.hold === true ? 'yes' : 'no';
    case 'channels':
      return channelWords(body);
    case 'productIds':
    case 'contactIds':
      return listed(body[field] ?? []);
    case 'overagePrice':
      return body.overagePrice == null ? NONE : `${body.overagePrice.unitPrice} ${body.overagePrice.currency}`;
    case 'price':
      return body.price == null ? NONE : `${body.price.amount} ${body.price.currency} for each ${body.price.per}`;
    case 'renewalPolicy':
      return policyWords(body);
    default:
      return body[field] == null ? NONE : String(body[field]);
  }
}
