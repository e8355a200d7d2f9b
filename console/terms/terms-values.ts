import type { Shapes } from '../data/api.ts';
import { fieldsOf } from '../data/api-problem.ts';
import type { AllocationType } from '../ui/format.ts';
import type { Terms } from './terms-words.ts';

/** Terms as a form holds them: amounts of hours as hours, an empty field as ''. */
export interface TermsValues {
  readonly name: string;
  readonly description: string;
  readonly owner: string;
  readonly tier: string;
  readonly allocationType: AllocationType;
  readonly total: number | string;
  readonly period: 'once' | NonNullable<Terms['period']>;
  readonly rollover: number | string;
  readonly decreaseRemainingOn: Terms['decreaseRemainingOn'];
  readonly hold: boolean;
  readonly overage: 'block' | 'allow' | 'charge';
  readonly unitPrice: string;
  readonly currency: string;
  readonly billingIncrement: number | string;
  readonly channels: readonly { readonly channel: string | null; readonly total: number | string }[];
  readonly productIds: readonly string[];
  readonly slaId: string | null;
  readonly priority: number | string;
  readonly renews: boolean;
  readonly noticeDays: number | string;
  readonly reminderDays: number | string;
  readonly escalationDays: number | string;
  readonly manager: PersonValues;
  readonly escalateTo: PersonValues;
  readonly propose: 'same_terms' | 'by_use';
}

interface PersonValues {
  readonly name: string;
  readonly email: string;
}

type TermsBody = Omit<Shapes['TemplateReplacement'], 'duration' | 'timeZone'>;

const MINUTES_PER_HOUR = 60;
const NOBODY: PersonValues = { name: '', email: '' };

/** Minutes as hours for a field. Two decimals are enough to tell every minute from the next. */
export const amountForField = (amount: number, allocationType: AllocationType): number =>
  allocationType === 'hours' ? Number((amount / MINUTES_PER_HOUR).toFixed(2)) : amount;

/** Cases or whole minutes from a field; undefined: it is empty. */
export const amountFromField = (entered: number | string, allocationType: AllocationType): number | undefined => {
  if (entered === '') return undefined;
  return allocationType === 'hours' ? Math.round(Number(entered) * MINUTES_PER_HOUR) : Number(entered);
};

/** The values that a form begins with. */
export function valuesOf(terms: Terms): TermsValues {
  const { allocationType, totalTerm, overagePrice, restrict, renewalPolicy: policy } = terms;
  return {
    name: terms.name,
    description: terms.description ?? '',
    owner: terms.owner ?? '',
    tier: terms.tier ?? '',
    allocationType,
    total: totalTerm === null ? '' : amountForField(totalTerm, allocationType),
    period: terms.period ?? 'once',
    rollover: amountForField(terms.rolloverCap, allocationType),
    decreaseRemainingOn: terms.decreaseRemainingOn,
    hold: terms.hold,
    overage: overagePrice !== null ? 'charge' : restrict ? 'block' : 'allow',
    unitPrice: overagePrice?.unitPrice ?? '',
    currency: overagePrice?.currency ?? 'EUR',
    billingIncrement: overagePrice?.billingIncrementMinutes ?? 1,
    channels: terms.channels.map(({ channel, totalTerm: own }) => ({
      channel,
      total: own === null || own === totalTerm ? '' : amountForField(own, allocationType),
    })),
    productIds: terms.productIds,
    slaId: terms.slaId,
    priority: terms.priority,
    renews: policy !== null,
    noticeDays: policy?.noticeDays ?? 60,
    reminderDays: policy?.reminderDays ?? 30,
    escalationDays: policy?.escalationDays ?? 14,
    manager: policy?.accountManager ?? NOBODY,
    escalateTo: policy?.escalateTo ?? NOBODY,
    propose: policy?.propose ?? 'by_use',
  };
}

/** The terms of a new template. */
export const NEW_TERMS: TermsValues = {
  name: '',
  description: '',
  owner: '',
  tier: '',
  allocationType: 'cases',
  total: '',
  period: 'once',
  rollover: 0,
  decreaseRemainingOn: 'creation',
  hold: false,
  overage: 'block',
  unitPrice: '',
  currency: 'EUR',
  billingIncrement: 1,
  channels: [],
  productIds: [],
  slaId: null,
  priority: 100,
  renews: true,
  noticeDays: 60,
  reminderDays: 30,
  escalationDays: 14,
  manager: NOBODY,
  escalateTo: NOBODY,
  propose: 'by_use',
};

const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());

const personOf = ({ name, email }: PersonValues) =>
  name.trim() === '' && email.trim() === '' ? null : { name: name.trim(), email: email.trim() };

/** The terms as the API takes them. What is wrong with them, the API says. */
export function bodyOf(values: TermsValues): TermsBody {
  const { allocationType, overage, channels, period } = values;
  const isCounted = allocationType !== 'unlimited';
  const isCharged = overage === 'charge' && isCounted;
  return {
    name: values.name.trim(),
    description: orNull(values.description),
    owner: orNull(values.owner),
    tier: orNull(values.tier),
    allocationType,
    totalTerm: isCounted ? (amountFromField(values.total, allocationType) ?? null) : null,
    decreaseRemainingOn: values.decreaseRemainingOn,
    hold: values.hold,
    overage: isCounted ? overage : 'allow',
    overagePrice: isCharged
      ? {
          unitPrice: values.unitPrice.trim(),
          currency: values.currency.trim().toUpperCase(),
          billingIncrementMinutes: allocationType === 'hours' ? Number(values.billingIncrement) : 1,
        }
      : null,
    period: period === 'once' ? null : period,
    rolloverCap: period === 'once' ? 0 : (amountFromField(values.rollover, allocationType) ?? 0),
    channels: channels.flatMap(({ channel, total }) =>
      channel === null
        ? []
        : [{ channel, totalTerm: isCounted ? (amountFromField(total, allocationType) ?? null) : null }],
    ),
    productIds: [...values.productIds],
    slaId: values.slaId,
    priority: Number(values.priority),
    renewalPolicy: values.renews
      ? {
          noticeDays: Number(values.noticeDays),
          reminderDays: Number(values.reminderDays),
          escalationDays: Number(values.escalationDays),
          accountManager: personOf(values.manager),
          escalateTo: personOf(values.escalateTo),
          propose: values.propose,
        }
      : null,
  };
}

/** The fields of the body that differ between two forms: what somebody changed. */
export function changedFields(before: TermsValues, after: TermsValues): Partial<TermsBody> {
  const was: Record<string, unknown> = bodyOf(before);
  const changed = Object.entries(bodyOf(after)).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(was[field]),
  );
  return Object.fromEntries(changed);
}

const FIELDS: readonly (readonly [of: RegExp, field: string])[] = [
  [/^totalTerm$/, 'total'],
  [/^channels\.(\d+)\.totalTerm$/, 'channels.$1.total'],
  [/^overagePrice\.billingIncrementMinutes$/, 'billingIncrement'],
  [/^overagePrice\.(unitPrice|currency)$/, '$1'],
  [/^overagePrice$/, 'unitPrice'],
  [/^restrict$/, 'overage'],
  [/^rolloverCap$/, 'rollover'],
  [/^renewalPolicy\.accountManager\.(name|email)$/, 'manager.$1'],
  [/^renewalPolicy\.escalateTo\.(name|email)$/, 'escalateTo.$1'],
  [/^renewalPolicy\.(\w+)$/, '$1'],
];

/** The refused fields of an answer as this form names them. `part` is where the body holds the terms: `changes.`. */
export const termsErrorsOf = (error: unknown, part = ''): Record<string, string> =>
  Object.fromEntries(
    fieldsOf(error).map(({ field, message }) => {
      const path = (field.startsWith(part) ? field.slice(part.length) : field).replaceAll(/\[(\d+)\]/g, '.$1');
      const known = FIELDS.find(([of]) => of.test(path));
      return [known === undefined ? path : path.replace(known[0], known[1]), message];
    }),
  );
