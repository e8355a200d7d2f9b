import type { UseFormReturnType } from '@mantine/form';
import { amountFromField, type TermsValues } from './terms-values.ts';
import { amountText } from './terms-words.ts';

export interface TermsFieldsProps {
  readonly form: UseFormReturnType<TermsValues>;
}

/** The hours that were typed, as hours and minutes: 20.5 is 20 h 30 min. */
export function hoursSaid(entered: number | string, { allocationType }: TermsValues): string | undefined {
  const amount = amountFromField(entered, allocationType);
  return allocationType !== 'hours' || amount === undefined || Number.isNaN(amount)
    ? undefined
    : amountText(amount, 'minutes');
}
