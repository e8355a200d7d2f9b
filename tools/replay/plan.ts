import { channelOf, hashOf, idOf } from './ids.ts';
import { byText, type LogAttach, type LogEvent } from './log.ts';

/** How the entitlements of a replay are made: one for each location, all alike. */
export interface ReplayOptions {
  /** Cases, or minutes, as `unit` says. */
  readonly total: number;
  readonly unit: 'cases' | 'minutes';
  readonly on: 'creation' | 'resolution';
  readonly restrict: boolean;
  /** Whether the cases name no entitlement, so that the organisation picks it. */
  readonly matching: boolean;
}

export interface PlannedLocation {
  /** As the log writes it. */
  readonly location: string;
  readonly customerId: string;
}

/** A case event as the API takes it, except for the entitlement, which is known only once it is created. */
export type PlannedEvent = {
  readonly location: string;
  readonly key: string;
  readonly caseId: string;
} & (
  | {
      readonly kind: 'attach';
      readonly customerId: string;
      readonly title: string;
      readonly contactId?: string;
      readonly productId?: string;
      readonly channel?: string;
    }
  | { readonly kind: 'resolve'; readonly minutes: number }
  | { readonly kind: 'reactivate' }
);

/** Everything that a replay sends to the API. The same log and options give the same plan. */
export interface Plan {
  readonly run: string;
  readonly options: ReplayOptions;
  /** In the order of their names. */
  readonly locations: readonly PlannedLocation[];
  readonly contacts: readonly { readonly id: string; readonly customerId: string; readonly name: string }[];
  readonly products: readonly { readonly id: string; readonly name: string }[];
  readonly channels: readonly string[];
  readonly events: readonly PlannedEvent[];
}

/** Long enough that two runs on one system do not clash, short enough to type. */
const RUN_DIGITS = 10;

/**
 * Plans a replay. Every id starts with the run's name. When none is given, the name is made from the events and the
 * options, so the same log and options are the same run, whatever the log's file is called. A caller who appears at two
 * locations becomes two contacts, because a contact belongs to one customer.
 */
export function planReplay(events: readonly LogEvent[], options: ReplayOptions, runName?: string): Plan {
  const run =
    runName ??
    `run${hashOf(JSON.stringify([options.total, options.unit, options.on, options.restrict, ...(options.matching ? ['matching'] : []), events]), RUN_DIGITS)}`;
  const attaches = events.filter((event) => event.kind === 'attach');
  const names = new Set(attaches.map((event) => event.location));
  return {
    run,
    options,
    locations: [...names].sort(byText).map((location) => ({ location, customerId: idOf(run, location) })),
    contacts: distinct(attaches.map((event) => contactOf(run, event))),
    products: distinct(attaches.map((event) => productOf(run, event))),
    channels: [...new Set(attaches.map(attachChannel).filter((channel) => channel !== null))].sort(byText),
    events: events.map((event) => planned(run, event)),
  };
}

function contactOf(run: string, { location, caller }: LogAttach) {
  if (caller === null) return null;
  return { id: idOf(run, location, caller), customerId: idOf(run, location), name: caller };
}

function productOf(run: string, { category }: LogAttach) {
  return category === null ? null : { id: idOf(run, category), name: category };
}

const attachChannel = ({ channel }: LogAttach): string | null => (channel === null ? null : channelOf(channel));

function distinct<T extends { readonly id: string }>(items: readonly (T | null)[]): T[] {
  const byId = new Map<string, T>();
  for (const item of items) if (item !== null) byId.set(item.id, item);
  return [...byId.values()];
}

function planned(run: string, event: LogEvent): PlannedEvent {
  const { kind, incident, location, row } = event;
  const common = { location, key: idOf(run, incident, String(row), kind), caseId: idOf(run, incident) };
  if (kind === 'resolve') return { ...common, kind, minutes: event.minutes };
  if (kind === 'reactivate') return { ...common, kind };
  const contactId = contactOf(run, event)?.id;
  const productId = productOf(run, event)?.id;
  const channel = attachChannel(event);
  return {
    ...common,
    kind,
    customerId: idOf(run, location),
    title: incident,
    ...(contactId === undefined ? {} : { contactId }),
    ...(productId === undefined ? {} : { productId }),
    ...(channel === null ? {} : { channel }),
  };
}
