import type { components } from '../../../client/schema.d.ts';
import type { DemoProduct } from './catalogue.ts';
import type { DemoCustomer } from './customers.ts';

/** What is done to a contract besides its cases. */
export type Step =
  | { readonly kind: 'activate' }
  | { readonly kind: 'set-default' }
  /** Counts until the end of the contract; `price` is in the currency of the contract's overage, or in euro. */
  | { readonly kind: 'top-up'; readonly amount: number; readonly price: string; readonly reason: string }
  | { readonly kind: 'cancel'; readonly reason: string }
  /** Makes the successor of a contract that has ended; it is a draft unless it is activated. */
  | { readonly kind: 'renew'; readonly isActivated: boolean }
  /** `totalTerm`: instead of what is proposed. */
  | { readonly kind: 'accept'; readonly reason: string; readonly totalTerm?: number }
  | { readonly kind: 'decline'; readonly reason: string }
  | { readonly kind: 'snooze'; readonly daysBeforeEnd: number; readonly reason: string }
  /** The rest of its last day is skipped on its own clock, until it has expired. */
  | { readonly kind: 'pass-end' }
  /** The rest of the last day is skipped on the clock of its renewal, until nobody has decided in time. */
  | { readonly kind: 'lapse' };

/** What one case says of itself. What is left out is chosen by the seed. */
export interface CaseFacts {
  readonly channel?: string;
  readonly productId?: DemoProduct;
  readonly contact?: 0 | 1;
}

/** The cases of a contract. */
export interface Use {
  /** How many attach. */
  readonly cases: number;
  readonly channels: readonly string[];
  /** Whether the cases name the contract; otherwise it is picked for them. */
  readonly isNamed?: boolean;
  /** The share that is resolved; the rest stays open, or is canceled now and then. */
  readonly resolvedShare?: number;
  readonly minutes?: readonly [from: number, to: number];
  readonly productIds?: readonly DemoProduct[];
  readonly contacts?: readonly (0 | 1)[];
  /** Cases that name the contract and that it refuses, or that take it below zero. */
  readonly beyond?: readonly CaseFacts[];
  /** Cases that name the contract when all has been done to it: after its end, for example. */
  readonly late?: readonly CaseFacts[];
  /** Cases that it takes because somebody who may do so said why. */
  readonly overrides?: readonly (CaseFacts & { readonly reason: string })[];
}

type Inputs = components['schemas'];
type Dates = 'startDate' | 'endDate' | 'timeZone' | 'customerId';

/** The body of `POST /v1/entitlements`, from a template or from fields, without the customer and the dates. */
export type Terms = { readonly name: string } & (
  | (Omit<Inputs['EntitlementInput'], Dates | 'templateId'> & { readonly templateId?: never })
  | Omit<Inputs['EntitlementFromTemplateInput'], Dates>
);

export interface PlannedContract {
  readonly customer: DemoCustomer;
  /** Tells the contracts of one customer apart. */
  readonly part: string;
  readonly terms: Terms;
  /** Days from today to the first day and to the last one. */
  readonly startsIn: number;
  readonly endsIn: number;
  /** It ends at the next midnight of some zone, at most an hour from now: only a server that skips time can do it. */
  readonly endsAtNextMidnight?: boolean;
  readonly before: readonly Step[];
  readonly use?: Use;
  readonly after: readonly Step[];
}

const YEAR_DAYS = 365;
const ACTIVATE: Step = { kind: 'activate' };

type Fields = Partial<Omit<PlannedContract, 'customer' | 'terms'>> & { readonly terms: PlannedContract['terms'] };

/** A contract of a year that runs, unless the fields say otherwise. */
export const contract = (customer: DemoCustomer, fields: Fields): PlannedContract => {
  const { startsIn = -120, endsIn = startsIn + YEAR_DAYS - 1 } = fields;
  return { customer, part: 'main', before: [ACTIVATE], after: [], ...fields, startsIn, endsIn };
};

/** So many cases at once, on one channel. */
export const times = (count: number, facts: CaseFacts): CaseFacts[] => Array.from({ length: count }, () => facts);
