import { SECTION_ORDER, SECTIONS, type Section } from './form-section-names.ts';
import type { FormValues } from './form-values.ts';

const isEmpty = (text: string): boolean => text.trim() === '';

/** What is missing before the API can be asked; all other rules are the API's. */
export function missingIn(values: FormValues): Record<string, string> {
  const errors: Record<string, string> = {};
  if (isEmpty(values.name)) errors.name = 'Give it a name.';
  if (values.customerId === null) errors.customerId = 'Choose the customer.';
  if (values.startDate === '') errors.startDate = 'Give the first day covered.';
  if (values.endDate === '') errors.endDate = 'Give the last day covered.';
  else if (values.endDate < values.startDate) errors.endDate = 'The end date is before the start date.';
  if (values.allocationType !== 'unlimited' && values.totalTerm === null)
    errors.totalTerm = 'Give a total, or choose unlimited.';
  if (values.allocationType !== 'unlimited' && values.overage === 'charge') {
    if (isEmpty(values.overagePrice.unitPrice)) errors['overagePrice.unitPrice'] = 'Give the price.';
    if (isEmpty(values.overagePrice.currency)) errors['overagePrice.currency'] = 'Give the currency.';
  }
  if (!isEmpty(values.price.amount) && isEmpty(values.price.currency)) errors['price.currency'] = 'Give the currency.';
  for (const [index, { channel }] of values.channels.entries())
    if (channel === null) errors[`channels.${index}.channel`] = 'Choose the channel, or remove the row.';
  return errors;
}

/** The sections that hold one of the fields. */
export const sectionsOf = (fields: readonly string[]): readonly Section[] =>
  SECTION_ORDER.filter((section) =>
    fields.some((field) => SECTIONS[section].some((name) => field === name || field.startsWith(`${name}.`))),
  );
