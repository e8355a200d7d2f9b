import { randomId } from '@mantine/hooks';
import dayjs from 'dayjs';
import type { Shapes } from '../data/api.ts';

/** What the form of an entitlement holds. The names are the API's, so that its refusals find their fields. */

export type Entitlement = Shapes['Entitlement'];
type Template = Shapes['Template'];
type Policy = Shapes['RenewalPolicy'];

/** An empty number field is ''. */
type Days = number | '';

interface PersonValues {
  name: string;
  email: string;
}

export interface ChannelValues {
  /** Tells the rows apart on the screen; the API does not know it. */
  row: string;
  channel: string | null;
  /** Cases or minutes; null: up to the whole total. */
  totalTerm: number | null;
}

export interface FormValues {
  name: string;
  description: string;
  owner: string;
  tier: string;
  priority: number | '';
  customerId: string | null;
  startDate: string;
  endDate: string;
  /** Null in a new one: the customer's zone. */
  timeZone: string | null;
  allocationType: Entitlement['allocationType'];
  /** Cases, or whole minutes. */
  totalTerm: number | null;
  decreaseRemainingOn: Entitlement['decreaseRemainingOn'];
  hold: boolean;
  period: '' | 'month' | 'quarter' | 'year';
  rolloverCap: number | null;
  overage: Entitlement['overage'];
  overagePrice: { unitPrice: string; currency: string; billingIncrementMinutes: number | '' };
  /** Days after the end in which cases still attach. */
  graceDays: Days;
  /** What the contract costs; an empty amount: it has no price. */
  price: { amount: string; currency: string; per: 'term' | 'period' };
  channels: ChannelValues[];
  productIds: string[];
  contactIds: string[];
  slaId: string | null;
  /** `default`, in a new one only: the organisation's policy. */
  renewal: 'default' | 'none' | 'own';
  renewalPolicy: {
    noticeDays: Days;
    reminderDays: Days;
    escalationDays: Days;
    accountManager: PersonValues;
    escalateTo: PersonValues;
    propose: Policy['propose'];
  };
}

const DEFAULT_PRIORITY = 100;
const NOBODY = { name: '', email: '' };
const NO_PRICE = { amount: '', currency: '', per: 'term' as const };

export interface Duration {
  readonly unit: 'days' | 'months' | 'years';
  readonly count: number;
}

export const A_YEAR: Duration = { unit: 'years', count: 1 };
const DAY_FORMAT = 'YYYY-MM-DD';

/** The last day covered: a year from 2027-01-01 ends on 2027-12-31. Empty for a start that is no day. */
export function lastDay(startDate: string, { unit, count }: Duration): string {
  const start = dayjs(startDate);
  return startDate !== '' && start.isValid() ? start.add(count, unit).subtract(1, 'day').format(DAY_FORMAT) : '';
}

const today = (): string => dayjs().format(DAY_FORMAT);

export const emptyChannel = (): ChannelValues => ({ row: randomId(), channel: null, totalTerm: null });

/** A blank form: a year from today. */
export const blankValues = (customerId: string | null): FormValues => ({
  name: '',
  description: '',
  owner: '',
  tier: '',
  priority: DEFAULT_PRIORITY,
  customerId,
  startDate: today(),
  endDate: lastDay(today(), A_YEAR),
  timeZone: null,
  allocationType: 'cases',
  totalTerm: null,
  decreaseRemainingOn: 'creation',
  hold: false,
  period: '',
  rolloverCap: null,
  overage: 'block',
  overagePrice: { unitPrice: '', currency: '', billingIncrementMinutes: 1 },
  graceDays: 0,
  price: { ...NO_PRICE },
  channels: [],
  productIds: [],
  contactIds: [],
  slaId: null,
  renewal: 'default',
  renewalPolicy: policyValues(null),
});

const SUGGESTED_NOTICE_DAYS = 60;

function policyValues(policy: Policy | null): FormValues['renewalPolicy'] {
  return {
    noticeDays: policy?.noticeDays ?? SUGGESTED_NOTICE_DAYS,
    reminderDays: policy?.reminderDays ?? 0,
    escalationDays: policy?.escalationDays ?? 0,
    accountManager: { ...(policy?.accountManager ?? NOBODY) },
    escalateTo: { ...(policy?.escalateTo ?? NOBODY) },
    propose: policy?.propose ?? 'by_use',
  };
}

/** The terms that an entitlement and a template have alike. */
const termValues = (terms: Omit<Template, 'channels'>, channels: readonly Omit<ChannelValues, 'row'>[]) => ({
  name: terms.name,
  description: terms.description ?? '',
  owner: terms.owner ?? '',
  tier: terms.tier ?? '',
  priority: terms.priority,
  timeZone: terms.timeZone,
  allocationType: terms.allocationType,
  totalTerm: terms.totalTerm,
  decreaseRemainingOn: terms.decreaseRemainingOn,
  hold: terms.hold,
  period: terms.period ?? ('' as const),
  rolloverCap: terms.rolloverCap === 0 ? null : terms.rolloverCap,
  graceDays: terms.graceDays,
  overage: terms.overage,
  overagePrice: { ...(terms.overagePrice ?? { unitPrice: '', currency: '', billingIncrementMinutes: 1 }) },
  // A channel with the whole total follows it when it changes.
  channels: channels.map(({ channel, totalTerm }) => ({
    row: randomId(),
    channel,
    totalTerm: totalTerm === terms.totalTerm ? null : totalTerm,
  })),
  productIds: [...terms.productIds],
  slaId: terms.slaId,
  renewal: terms.renewalPolicy === null ? ('none' as const) : ('own' as const),
  renewalPolicy: policyValues(terms.renewalPolicy),
});

/** The form of a new entitlement from a template, from today on. */
export const valuesOfTemplate = (template: Template, customerId: string | null): FormValues => ({
  ...termValues(template, template.channels),
  customerId,
  price: { ...(template.price ?? NO_PRICE) },
  startDate: today(),
  endDate: lastDay(today(), template.duration),
  contactIds: [],
});

/** The form of an entitlement that exists. */
export const valuesOf = (entitlement: Entitlement): FormValues => ({
  ...termValues({ ...entitlement, duration: A_YEAR, createdAt: '', updatedAt: '' }, entitlement.channels),
  customerId: entitlement.customerId,
  price: { ...(entitlement.price ?? NO_PRICE) },
  startDate: entitlement.startDate,
  endDate: entitlement.endDate,
  contactIds: [...entitlement.contactIds],
});

/** Whether a stored value has the members of a form, each of the same kind. */
export function isFormValues(value: unknown): value is FormValues {
  if (typeof value !== 'object' || value === null) return false;
  const stored = new Map<string, unknown>(Object.entries(value));
  return Object.entries(blankValues(null)).every(([name, example]) => {
    const kept = stored.get(name);
    if (Array.isArray(example)) return Array.isArray(kept);
    if (example === null || typeof example === 'number') return stored.has(name);
    return typeof kept === typeof example && kept !== null;
  });
}
