import type { Shapes } from '../../data/api.ts';
import { numberText } from '../../ui/format.ts';

export type Template = Shapes['Template'];

const NOUNS = { days: 'day', months: 'month', years: 'year' } as const;

/** How long entitlements from it cover: 1 year, 18 months. */
export const durationText = ({ duration: { unit, count } }: Template): string =>
  `${numberText(count)} ${NOUNS[unit]}${count === 1 ? '' : 's'}`;
