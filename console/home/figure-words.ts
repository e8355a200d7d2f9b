import type { Shapes } from '../data/api.ts';

export type Figure = Shapes['Figure'];
type FigureName = Figure['name'];

interface FigureWords {
  readonly label: string;
  /** Over which time it is counted. */
  readonly when: string;
  /** What it counts in each week: what came, or what was there at the end. */
  readonly counts: 'in the week' | 'at the end of the week';
  /** The list behind the figure; undefined where there is none. */
  readonly to?: string;
}

/** What people call the headline figures. */
export const FIGURE_WORDS: Readonly<Record<FigureName, FigureWords>> = {
  active_entitlements: {
    label: 'Active entitlements',
    when: 'now',
    counts: 'at the end of the week',
    to: '/entitlements?view=active',
  },
  attached_cases: {
    label: 'Cases attached',
    when: 'in the last 7 days',
    counts: 'in the week',
    to: '/cases?sort=-createdAt',
  },
  refused_cases: { label: 'Cases refused', when: 'in the last 7 days', counts: 'in the week' },
  undecided_renewals: {
    label: 'Renewals not decided',
    when: 'now, snoozed and lapsed ones included',
    counts: 'at the end of the week',
    to: '/renewals',
  },
};

export const FIGURE_NAMES: readonly FigureName[] = [
  'active_entitlements',
  'attached_cases',
  'refused_cases',
  'undecided_renewals',
];
