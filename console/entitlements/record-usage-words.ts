import type { Shapes } from '../data/api.ts';
import { type AllocationType, dayOfText, dayText, numberText, termText } from '../ui/format.ts';

export type Usage = Shapes['EntitlementUsage'];
export type Mark = Shapes['UsageMark'];
type MarkKind = Mark['kind'];

/** How a mark is drawn, and the heading under which the legend names it. */
export const MARK_GROUPS = {
  granted: 'Allotment, top-up, edit',
  lapsed: 'Lapsed or expired',
  refused: 'Cases refused',
  past: 'Override, past the term',
} as const;
export type MarkGroup = keyof typeof MARK_GROUPS;

const GROUP_OF: Readonly<Record<MarkKind, MarkGroup>> = {
  allotment: 'granted',
  rollover: 'granted',
  debt_forgiven: 'granted',
  top_up: 'granted',
  edit: 'granted',
  lapse: 'lapsed',
  top_up_expired: 'lapsed',
  refused: 'refused',
  override: 'past',
  overage: 'past',
};

export const groupOf = ({ kind, amount }: Mark): MarkGroup =>
  kind === 'edit' && amount < 0 ? 'lapsed' : GROUP_OF[kind];

/** Terms of a usage answer are minutes or cases; words need to know which. */
export const allocationOf = ({ unit }: Usage): AllocationType => (unit === 'minutes' ? 'hours' : 'cases');

/** What happened, in words: Allotment of 10 cases. */
export function markWords({ kind, amount, codes, caseId }: Mark, allocation: AllocationType): string {
  const term = termText(Math.abs(amount), allocation);
  const ofCase = caseId === null ? '' : `, case ${caseId}`;
  switch (kind) {
    case 'allotment':
      return `Allotment of ${term}`;
    case 'rollover':
      return `${term} rolled over`;
    case 'debt_forgiven':
      return `A debt of ${term} was forgiven`;
    case 'top_up':
      return `Top-up of ${term}`;
    case 'edit':
      return amount < 0 ? `The terms were edited: ${term} less` : `The terms were edited: ${term} more`;
    case 'lapse':
      return `${term} lapsed`;
    case 'top_up_expired':
      return `${term} of a top-up expired`;
    case 'refused':
      return `Refused: ${codes.join(', ').replaceAll('_', ' ')}${ofCase}`;
    case 'override':
      return `Override of ${codes.join(', ').replaceAll('_', ' ')}${ofCase}`;
    case 'overage':
      return amount < 0 ? `${term} past the term came back${ofCase}` : `${term} past the term${ofCase}`;
  }
}

/** What the chart comes to, in a sentence or two: read aloud in its place, and shown under it. */
export function usageSummary(usage: Usage): string {
  const { remainingTerm, projection, noProjection, timeZone } = usage;
  const allocation = allocationOf(usage);
  if (projection === null) return noProjection?.words ?? '';
  const pace = `${numberText(projection.perDay)} ${usage.unit} a day`;
  const left = `${termText(remainingTerm, allocation)} left, at a pace of ${pace}.`;
  // The term covers its last day: it ends as the next one begins.
  const end = dayOfText(new Date(Date.parse(projection.until) - 1).toISOString(), timeZone);
  if (remainingTerm !== null && remainingTerm <= 0) return `${left} Nothing is left.`;
  if (projection.depletesOn === null) return `${left} At this pace the term does not run out.`;
  const gone = `At this pace nothing is left on ${dayText(projection.depletesOn)}`;
  if (projection.endsWith === null || projection.endsWith >= 0) return `${left} ${gone}, after the end on ${end}.`;
  return `${left} ${gone}: it is ${termText(-projection.endsWith, allocation)} short for the time until ${end}.`;
}
