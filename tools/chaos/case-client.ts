import type { Seeded } from '../seeded.ts';
import { waysOf } from './case-requests.ts';
import { type AskedCase, type CaseContent, type CaseKind, firstTold, type Journal, type Way } from './journal.ts';
import { repeat, type Sending, untilTold } from './sending.ts';
import { takeTurns } from './turns.ts';
import type { Customer, World } from './world.ts';

/** A case that somebody attached, and where it was last seen. */
interface KnownCase {
  readonly id: string;
  readonly customer: Customer;
  at: string | null;
}

const CHANNELS = ['web', 'phone', 'email'] as const;
const MINUTES = [5, 20, 45, 90, 150] as const;
const THINKS_MS = { from: 5, to: 120 };
const OWN_LATEST = 10;
const OTHERS_LATEST = 60;
const REPEATED_LATEST = 40;

/** What a client may want, and how often. */
const WISHES = {
  'attach named': 24,
  'attach picked': 10,
  'attach timed': 8,
  'attach by override': 3,
  resolve: 20,
  cancel: 8,
  reactivate: 9,
  minutes: 6,
  channel: 4,
  decrements: 3,
  decrement: 1,
  move: 8,
  'take off': 1,
  list: 7,
  repeat: 9,
  read: 6,
} as const;
type WishKind = keyof typeof WISHES;
const WISH_KINDS = Object.entries(WISHES).flatMap(([kind, weight]) =>
  Array.from({ length: weight }, () => kind as WishKind),
);
/** One of these for each way that is tried; a way that does not carry the event becomes the first. */
const WAYS: readonly Way[] = [
  'route',
  'route',
  'route',
  'route',
  'route',
  'list',
  'async',
  'async',
  'signal',
  'signal',
];

export interface Clients {
  readonly seed: string;
  readonly world: World;
  readonly journal: Journal;
  readonly sending: Sending;
  /** Cases that all clients know. */
  readonly shared: KnownCase[];
}

/** A case system: it asks for one thing after the other, each drawn from the seed. */
export class CaseClient {
  readonly #name: string;
  readonly #clients: Clients;
  readonly #own: KnownCase[] = [];
  readonly #asked: AskedCase[] = [];
  #count = 0;

  constructor(name: string, clients: Clients) {
    this.#name = name;
    this.#clients = clients;
  }

  async run(): Promise<void> {
    const { seed, sending } = this.#clients;
    await takeTurns({ name: this.#name, seed, sending, thinksMs: THINKS_MS }, (random) =>
      this.#take(random.pick(WISH_KINDS), random),
    );
  }

  async #take(wish: WishKind, random: Seeded): Promise<void> {
    if (wish === 'read') return await this.#read(random);
    if (wish === 'repeat') return await this.#repeat(random);
    if (wish === 'list') return await this.#list(random);
    const wanted = this.#wanted(wish, random);
    if (wanted === undefined) return;
    const asked = this.#newly(wanted.kind, wanted.content);
    await this.#ask([asked], wanted.of, random);
  }

  async #ask(asked: readonly AskedCase[], of: readonly KnownCase[], random: Seeded): Promise<void> {
    const [first] = asked;
    if (first === undefined) return;
    const drawn = random.pick(WAYS);
    const way = asked.length > 1 ? 'list' : waysOf(first).includes(drawn) ? drawn : 'route';
    await untilTold(this.#clients.sending, asked, { random, way });
    for (const [index, one] of asked.entries()) this.#learn(one, of[index]);
  }

  /** Remembers where the case is now, and that others may use it. */
  #learn(asked: AskedCase, known: KnownCase | undefined): void {
    const told = firstTold(asked)?.told;
    if (told === undefined || known === undefined || told.outcome === 'refused') return;
    const { shared } = this.#clients;
    if (told.entitlementId !== undefined && (asked.kind === 'attach' || asked.kind === 'move'))
      known.at = told.entitlementId;
    if (asked.kind !== 'attach' || this.#own.includes(known)) return;
    this.#own.push(known);
    shared.push(known);
    if (shared.length > OTHERS_LATEST) shared.shift();
  }

  #wanted(wish: WishKind, random: Seeded) {
    switch (wish) {
      case 'attach named':
      case 'attach picked':
      case 'attach timed':
      case 'attach by override':
        return this.#attach(wish, random);
      default:
        return this.#later(wish, random);
    }
  }

  #attach(wish: WishKind, random: Seeded) {
    const { customers, timed, run } = this.#clients.world;
    const customer = random.pick(wish === 'attach timed' && timed.length > 0 ? timed : customers);
    const to = random.pick(customer.entitlements);
    this.#count += 1;
    const known: KnownCase = { id: `case-${run}-${this.#name}-${this.#count}`, customer, at: to };
    const content: CaseContent = {
      caseId: known.id,
      customerId: customer.id,
      minutes: random.pick(MINUTES),
      ...(random.happens(0.6) ? { channel: random.pick(CHANNELS) } : {}),
      ...(random.happens(0.04) ? { decrementEntitlementTerm: false } : {}),
      ...(wish === 'attach picked' ? {} : { to, at: to }),
      ...(wish === 'attach by override' ? { override: { reason: 'the customer is important' } } : {}),
    };
    return { kind: 'attach' as const, content, of: [known] };
  }

  #later(wish: WishKind, random: Seeded) {
    const known = this.#aCase(random);
    if (known === undefined) return undefined;
    const content = { caseId: known.id, ...(known.at === null ? {} : { at: known.at }) };
    const as = (kind: CaseKind, more: Partial<CaseContent> = {}) => ({
      kind,
      content: { ...content, ...more },
      of: [known],
    });
    switch (wish) {
      case 'resolve':
        return as('resolve', random.happens(0.8) ? { minutes: random.pick(MINUTES) } : {});
      case 'minutes':
        return as('update', { minutes: random.pick(MINUTES) });
      case 'channel':
        return as('update', { channel: random.pick(CHANNELS) });
      case 'decrements':
        return as('update', { decrementEntitlementTerm: random.happens(0.5) });
      case 'move':
        return as('move', { to: random.pick(known.customer.entitlements) });
      case 'take off':
        return as('move', { to: null });
      default:
        return as(wish as CaseKind);
    }
  }

  /** Mostly one of its own latest, sometimes one that somebody else attached. */
  #aCase(random: Seeded): KnownCase | undefined {
    const { shared } = this.#clients;
    const isOwn = random.happens(0.75);
    const back = random.between(1, isOwn ? OWN_LATEST : OTHERS_LATEST);
    const from = isOwn ? this.#own : shared;
    return from[Math.max(0, from.length - back)];
  }

  async #list(random: Seeded): Promise<void> {
    const asked: AskedCase[] = [];
    const of: KnownCase[] = [];
    for (let left = random.between(2, 5); left > 0; left -= 1) {
      const wanted = this.#wanted(
        random.pick(['attach named', 'attach picked', 'resolve', 'cancel', 'reactivate', 'minutes']),
        random,
      );
      if (wanted === undefined) continue;
      asked.push(this.#newly(wanted.kind, wanted.content));
      of.push(...wanted.of);
    }
    await this.#ask(asked, of, random);
  }

  async #repeat(random: Seeded): Promise<void> {
    const latest = this.#asked.slice(-REPEATED_LATEST).filter((asked) => firstTold(asked) !== undefined);
    if (latest.length > 0) await repeat(this.#clients.sending, random.pick(latest), random);
  }

  async #read(random: Seeded): Promise<void> {
    const { world, sending, journal } = this.#clients;
    const entitlementId = random.pick(random.pick(world.customers).entitlements);
    const sentAt = sending.now();
    const path = `/v1/entitlements/${entitlementId}`;
    const call = { method: 'GET', path, api: random.between(0, 1_000), withinMs: 20_000 } as const;
    const answer = await sending.caller.http(call).catch(() => undefined);
    if (answer?.status !== 200) return;
    const { version, status, remainingTerm } = answer.body as {
      version: number;
      status: string;
      remainingTerm: number | null;
    };
    journal.readings.push({ entitlementId, sentAt, version, status, remainingTerm });
  }

  #newly(kind: CaseKind, content: CaseContent): AskedCase {
    const { journal, world } = this.#clients;
    const key = `${world.run}-${this.#name}-${journal.cases.length}-${kind}`;
    const asked: AskedCase = { client: this.#name, key, kind, content, attempts: [] };
    journal.cases.push(asked);
    this.#asked.push(asked);
    return asked;
  }
}
