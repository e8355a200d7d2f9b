import type { Shapes } from '../data/api.ts';
import { formErrorsOf } from '../ui/form-errors.ts';
import { type BodyField, bodyOf, differing, patchOf } from './form-body.ts';
import { merged } from './form-merge.ts';
import type { FormValues } from './form-values.ts';

/** What the dialog of an amendment asks beside the terms. */
export interface Asked {
  readonly when: 'now' | 'next_period' | 'day';
  readonly day: string;
  /** A template whose terms are taken over; null: none. */
  readonly templateId: string | null;
  readonly grant: 'full' | 'prorated';
  readonly reason: string;
}

export const NOTHING_ASKED: Asked = { when: 'now', day: '', templateId: null, grant: 'full', reason: '' };

type Body = Shapes['AmendmentInput'];

/** What an amendment can change, and the sections of its dialog that hold it. */
const SECTION_FIELDS = {
  amount: ['totalTerm', 'endDate', 'price'],
  template: ['templateId'],
  channels: ['channels'],
  past: ['overage', 'overagePrice', 'restrict'],
  cover: ['productIds', 'contactIds', 'slaId'],
  matching: ['tier', 'priority'],
  renewal: ['renewalPolicy'],
} as const;

export type AmendSection = keyof typeof SECTION_FIELDS;

const AMENDABLE: readonly string[] = Object.values(SECTION_FIELDS).flat();

const firstPart = (path: string): string => path.split('.')[0] ?? path;

/** The sections that hold one of the fields. */
export const amendSectionsOf = (paths: readonly string[]): readonly AmendSection[] =>
  ORDER.filter((section) => paths.some((path) => SECTION_FIELDS[section].some((field) => field === firstPart(path))));

/** The sections in their order. */
const ORDER: readonly AmendSection[] = ['amount', 'channels', 'template', 'past', 'cover', 'matching', 'renewal'];

/** What the person changed since `base`, and nothing else. */
function changesOf(base: FormValues, values: FormValues, { templateId }: Asked): Body['changes'] {
  const patch = patchOf(bodyOf(base), bodyOf(values));
  const changed = Object.fromEntries(Object.entries(patch).filter(([field]) => AMENDABLE.includes(field)));
  return { ...changed, ...(templateId === null ? {} : { templateId }) };
}

/** What the API is sent: only what differs from `base`. */
export const amendmentOf = (base: FormValues, values: FormValues, asked: Asked): Body => ({
  effective: asked.when === 'day' ? asked.day : asked.when,
  changes: changesOf(base, values, asked),
  grant: asked.grant,
  reason: asked.reason.trim(),
});

/** The values with what the record holds by now in each field that the person did not change since `base`. */
export function rebased(base: FormValues, values: FormValues, present: FormValues): FormValues {
  const mine: readonly BodyField[] = differing(bodyOf(base), bodyOf(values));
  const theirs = differing(bodyOf(base), bodyOf(present)).filter((field) => !mine.includes(field));
  return merged(values, present, theirs);
}

interface AmendErrors {
  /** By path of the terms' form. */
  readonly terms: Readonly<Record<string, string>>;
  readonly asked: Readonly<Partial<Record<keyof Asked, string>>>;
  /** Each refused field has a place on the screen. */
  readonly isPlaced: boolean;
}

const ASKED_OF: Readonly<Record<string, keyof Asked>> = {
  grant: 'grant',
  reason: 'reason',
  'changes.templateId': 'templateId',
};

const PART = 'changes.';

/** Where the refused fields of an answer stand in the dialog, which asks for a day if `when` says so. */
export function amendErrorsOf(error: unknown, when: Asked['when']): AmendErrors {
  const terms: Record<string, string> = {};
  const asked: Partial<Record<keyof Asked, string>> = {};
  const refused = Object.entries(formErrorsOf(error));
  let placed = 0;
  for (const [path, message] of refused) {
    const name = path === 'effective' ? (when === 'day' ? 'day' : 'when') : ASKED_OF[path];
    const term = path.startsWith(PART) ? path.slice(PART.length) : '';
    if (name !== undefined) asked[name] = message;
    else if (AMENDABLE.includes(firstPart(term))) terms[pathOf(term)] = message;
    else continue;
    placed += 1;
  }
  return { terms, asked, isPlaced: refused.length > 0 && placed === refused.length };
}

/** A picker of several records shows what is wrong with one of them. */
const pathOf = (path: string): string => path.replace(/^(productIds|contactIds)\..*$/, '$1');
