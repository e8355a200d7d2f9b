import { daysBetween } from '../calendar.ts';
import { detailsFromTemplate, type Template } from '../entitlements/template.ts';
import type { TemplateId } from '../ids.ts';
import type { EntitlementDetails } from '../terms/details.ts';
import { allotmentsOf, type ChannelUse } from './term-usage.ts';

/** A tier that is sold, as an entitlement from its template would be with the given entitlement's start date. */
export interface Tier {
  readonly id: TemplateId;
  readonly name: string;
  readonly template: Template;
  /** Cases or minutes of one allotment; null: unlimited. */
  readonly total: number | null;
  /** Allotments in the template's duration. */
  readonly allotments: number;
  readonly made: EntitlementDetails;
}

/** The tiers that an entitlement could have instead of its own. In both lists the nearest comes first. */
export interface Ladder {
  readonly own: Tier | null;
  readonly lower: readonly Tier[];
  readonly higher: readonly Tier[];
}

const NO_LADDER: Ladder = { own: null, lower: [], higher: [] };

/** Leap days, or an end that somebody moved by some days, do not make another contract. A month more does. */
const SAME_LENGTH_PERCENT = 5;

/**
 * Where an entitlement stands among the organisation's tiers, by their totals; unlimited is the top. Its own tier is
 * that of its template, or else the one with its tier's name; without either it is not compared with any tier. A tier
 * is compared if both are true:
 * - it is sold for the same length;
 * - it is unlimited, or it has the same unit and grants as often.
 *
 * If the entitlement's own tier is unlimited but the entitlement has a total, the other tiers must have the
 * entitlement's unit.
 */
export function ladderOf(details: EntitlementDetails, templates: readonly Template[]): Ladder {
  const tiers = templates.filter(({ tier }) => tier !== null).map((template) => tierOf(details, template));
  const own = tiers.find(({ id }) => id === details.templateId) ?? tiers.find(({ name }) => name === details.tier);
  if (own === undefined || !grantsAlike(details, own)) return NO_LADDER;
  const standard = own.total === null ? details : own.made;
  const others = tiers.filter(
    (tier) => tier.name !== own.name && isAsLong(tier.made, own.made) && grantsAlike(standard, tier),
  );
  return {
    own,
    lower: others.filter((tier) => sizeOf(tier) < sizeOf(own)).sort((one, other) => bySize(other, one)),
    higher: others.filter((tier) => sizeOf(tier) > sizeOf(own)).sort(bySize),
  };
}

function tierOf(details: EntitlementDetails, template: Template): Tier {
  const { customerId, startDate, timeZone } = details;
  const made = detailsFromTemplate(template, { customerId, startDate, timeZone, changes: {} });
  const { id, tier, name, totalTerm } = template;
  return { id, name: tier ?? name, template, total: totalTerm, allotments: allotmentsOf(made).count, made };
}

const sizeOf = ({ total }: Tier): number => total ?? Number.POSITIVE_INFINITY;

const byId = (one: Tier, other: Tier): number => (one.id < other.id ? -1 : 1);

const bySize = (one: Tier, other: Tier): number =>
  sizeOf(one) === sizeOf(other) ? byId(one, other) : sizeOf(one) - sizeOf(other);

const daysOf = ({ startDate, endDate }: EntitlementDetails): number => daysBetween(startDate, endDate) + 1;

const isAsLong = (one: EntitlementDetails, other: EntitlementDetails): boolean =>
  Math.abs(daysOf(one) - daysOf(other)) * 100 <= daysOf(other) * SAME_LENGTH_PERCENT;

/** Whether both totals can be compared: they have the same unit, and their allotments last as long. */
function grantsAlike(details: EntitlementDetails, { made, total, allotments }: Tier): boolean {
  if (total === null || details.totalTerm === null) return true;
  if (made.allocationType !== details.allocationType) return false;
  const { count } = allotmentsOf(details);
  if (count > 1 && allotments > 1) return made.period === details.period;
  return count === allotments && isAsLong(details, made);
}

/** Whether the tier covers every channel that the entitlement covers. */
export function coversChannelsOf({ template }: Tier, { channels }: EntitlementDetails): boolean {
  if (channels.length === 0) return template.channels.length === 0;
  return channels.every(({ channel }) => covers(template, channel));
}

/** Whether the tier covers every channel by which cases came, and its rows hold what each channel used. */
export const coversUse = ({ template, total }: Tier, used: readonly ChannelUse[]): boolean =>
  used
    .filter(({ cases, mostUsed }) => cases > 0 || mostUsed > 0)
    .every(({ channel, mostUsed }) => {
      const row = template.channels.find((candidate) => candidate.channel === channel);
      const most = row?.totalTerm ?? total ?? Number.POSITIVE_INFINITY;
      return covers(template, channel) && mostUsed <= most;
    });

/** Whether cases by this channel would attach; a case without a channel only where none is named. */
const covers = ({ channels }: Template, channel: string | null): boolean =>
  channels.length === 0 || channels.some((row) => row.channel === channel);

export const coversChannel = ({ template }: Tier, channel: string | null): boolean => covers(template, channel);

/**
 * The details that change when an entitlement gets another tier with `total` cases or minutes (null: unlimited). What
 * was agreed apart from the tier stays: products, contacts, how and when term is taken, and, if the new tier has a
 * total, the periods and the overage. A name or description that came from its own tier is replaced by that of the
 * new tier.
 */
export function changesTo(
  { id, template, made }: Tier,
  total: number | null,
  details: EntitlementDetails,
  own: Tier | null,
): Partial<EntitlementDetails> {
  const isOfTier = (field: 'name' | 'description') => details[field] === own?.template[field];
  const wanted: Partial<EntitlementDetails> = {
    ...(isOfTier('name') ? { name: template.name } : {}),
    ...(isOfTier('description') ? { description: template.description } : {}),
    ...(total === null ? UNCOUNTED : {}),
    totalTerm: total,
    channels: made.channels.map((row) => (row.totalTerm === made.totalTerm ? { ...row, totalTerm: total } : row)),
    slaId: made.slaId,
    priority: made.priority,
    tier: made.tier,
    templateId: id,
  };
  const isSame = ([field, value]: [string, unknown]) =>
    JSON.stringify(value) === JSON.stringify(details[field as keyof EntitlementDetails]);
  return Object.fromEntries(Object.entries(wanted).filter((entry) => !isSame(entry)));
}

const UNCOUNTED = {
  allocationType: 'unlimited',
  restrict: false,
  overagePrice: null,
  period: null,
  rolloverCap: 0,
} as const satisfies Partial<EntitlementDetails>;
