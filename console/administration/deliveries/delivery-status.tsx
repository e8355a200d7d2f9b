import { Badge } from '@mantine/core';
import type { Shapes } from '../../data/api.ts';
import { STATUS_WORDS } from './delivery-choices.ts';

type Status = Shapes['Delivery']['status'];

const COLORS: Readonly<Record<Status, string>> = {
  pending: 'blue',
  delivered: 'pine',
  failed: 'red',
  disabled: 'gray',
  overtaken: 'gray',
};

/** What became of a delivery: a word, a colour and, for the pointer, a sentence. */
export const DeliveryStatus = ({ status }: { readonly status: Status }) => (
  <Badge variant="light" color={COLORS[status]} size="sm" tt="none" title={STATUS_WORDS[status]} autoContrast>
    {status}
  </Badge>
);
