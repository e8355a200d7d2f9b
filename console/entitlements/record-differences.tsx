import type { ReactNode } from 'react';
import { ContactName, ProductName, SlaName, TemplateName } from '../pickers/record-names.tsx';
import { dayText, instantText, termText } from '../ui/format.ts';
import { valueWords } from './form-words.ts';
import {
  channelsWords,
  overageWords,
  pauseWords,
  periodWords,
  priceWords,
  topUpsWords,
} from './record-amended-words.ts';
import type { Entitlement } from './record-commands-allowed.ts';

/** One thing that a change of a running contract can change. */
interface Shown {
  readonly label: string;
  /** Its value in words, by which two states are compared. */
  readonly words: (entitlement: Entitlement) => string;
  /** Its value where names say more than the ids in `words`. `other` is the state beside it. */
  readonly names?: (entitlement: Entitlement, other: Entitlement) => ReactNode;
}

/** Products or contacts whose names are shown; of more only the number. */
const MOST_NAMES = 8;

/** The names of records, first those that the other state does not have. */
function namesOf(ids: readonly string[], others: readonly string[], all: string, name: (id: string) => ReactNode) {
  if (ids.length === 0) return all;
  const ordered = [...ids.filter((id) => !others.includes(id)), ...ids.filter((id) => others.includes(id))];
  const shown = ordered.slice(0, MOST_NAMES);
  return (
    <>
      {shown.map((id) => (
        <div key={id}>{name(id)}</div>
      ))}
      {shown.length < ids.length && `and ${ids.length - shown.length} more`}
    </>
  );
}

const idsIn = (ids: readonly string[]): string => ids.toSorted().join(', ');

const SHOWN: readonly Shown[] = [
  { label: 'Status', words: ({ status }) => status },
  { label: 'Total', words: ({ totalTerm, allocationType }) => termText(totalTerm, allocationType) },
  { label: 'Remaining', words: ({ remainingTerm, allocationType }) => termText(remainingTerm, allocationType) },
  { label: 'End date', words: ({ endDate }) => dayText(endDate) },
  { label: 'Current period', words: periodWords },
  { label: 'Price', words: ({ price }) => (price === null ? 'none' : priceWords(price)) },
  { label: 'Channels', words: channelsWords },
  { label: 'Past the term', words: overageWords },
  {
    label: 'Template',
    words: ({ templateId }) => templateId ?? 'none',
    names: ({ templateId }) => (templateId === null ? 'none' : <TemplateName id={templateId} />),
  },
  {
    label: 'Service level',
    words: ({ slaId }) => slaId ?? 'none',
    names: ({ slaId }) => (slaId === null ? 'none' : <SlaName id={slaId} />),
  },
  {
    label: 'Products',
    words: ({ productIds }) => idsIn(productIds),
    names: ({ productIds }, other) =>
      namesOf(productIds, other.productIds, 'all products', (id) => <ProductName id={id} />),
  },
  {
    label: 'Contacts',
    words: ({ contactIds }) => idsIn(contactIds),
    names: ({ contactIds }, other) =>
      namesOf(contactIds, other.contactIds, 'all contacts of the customer', (id) => <ContactName id={id} />),
  },
  { label: 'Tier', words: ({ tier }) => tier ?? 'none' },
  { label: 'Priority in matching', words: ({ priority }) => String(priority) },
  { label: 'Renewal policy', words: (entitlement) => valueWords('renewalPolicy', entitlement) },
  { label: 'Top-ups', words: topUpsWords },
  {
    label: 'Paused',
    words: ({ pausedSince, timeZone }) => (pausedSince === null ? 'no' : `since ${instantText(pausedSince, timeZone)}`),
  },
  { label: 'Pauses', words: ({ pauses }) => pauses.map(pauseWords).join('; ') || 'none' },
  { label: 'Amendments ahead', words: ({ amendmentsAhead }) => String(amendmentsAhead.length) },
];

interface Difference {
  readonly label: string;
  readonly was: ReactNode;
  readonly becomes: ReactNode;
}

/** What differs between two states of an entitlement, side by side. */
export const differencesBetween = (before: Entitlement, after: Entitlement): readonly Difference[] =>
  SHOWN.filter(({ words }) => words(before) !== words(after)).map(({ label, words, names }) => ({
    label,
    was: names?.(before, after) ?? <bdi>{words(before)}</bdi>,
    becomes: names?.(after, before) ?? <bdi>{words(after)}</bdi>,
  }));
