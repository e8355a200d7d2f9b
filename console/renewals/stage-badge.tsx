import { Badge } from '@mantine/core';
import { STAGE_WORDS, type Stage } from './words.ts';

const COLORS: Readonly<Record<Stage, string>> = {
  open: 'orange',
  snoozed: 'blue',
  lapsed: 'red',
  accepted: 'pine',
  declined: 'gray',
  withdrawn: 'gray',
};

/** The stage of a renewal: a word and a colour, never a colour alone. */
export const StageBadge = ({ stage }: { readonly stage: Stage }) => (
  <Badge variant="dot" color={COLORS[stage]} size="sm" tt="none">
    {STAGE_WORDS[stage]}
  </Badge>
);
