import { Seeded } from '../../seeded.ts';
import { CASE_TITLES, DEMO_PRODUCTS, type DemoProduct } from './catalogue.ts';
import type { CaseFacts, PlannedContract, Use } from './contract-plan.ts';
import { contactId, DEMO_CUSTOMERS, type DemoCustomer } from './customers.ts';
import {
  acceptedRenewal,
  canceled,
  charged,
  chargedHours,
  declinedRenewal,
  draft,
  endingIn,
  exhausted,
  expired,
  hot,
  lapsedRenewal,
  livedToItsEnd,
  narrow,
  nearDepletion,
  overdrawn,
  type Story,
  snoozedRenewal,
  steady,
  toppedUp,
  uncovered,
  waiting,
  withdrawnRenewal,
} from './stories.ts';

/** A case, with all that will become of it. */
export interface PlannedCase {
  readonly id: string;
  readonly customerId: string;
  readonly contactId: string;
  readonly productId: DemoProduct;
  readonly channel: string;
  readonly title: string;
  /** The contract that the case names; undefined: one is picked for it. */
  readonly names?: PlannedContract;
  /** It comes when all has been done to the contracts. */
  readonly isLate?: boolean;
  /** Why somebody lets it in past the terms. */
  readonly override?: string;
  readonly fate: 'open' | 'resolved' | 'canceled' | 'reactivated';
  readonly minutes: number;
}

export interface DemoPlan {
  readonly contracts: readonly PlannedContract[];
  /** In the order in which they come. */
  readonly cases: readonly PlannedCase[];
}

const SEED = 'allot demonstration 1';
const FIRST_CASE = 20_001;
const CANCELED_SHARE = 0.08;
const REACTIVATED_SHARE = 0.04;

/** The customers with a story of their own, by the part of their id after `demo-`. All others have a steady contract. */
const STORIES: Readonly<Record<string, Story>> = {
  ostrelind: hot,
  quarvane: nearDepletion(24, 22, -200),
  vellmora: nearDepletion(30, 24, -90),
  tarnholt: nearDepletion(40, 37, -260),
  brisselkamp: narrow,
  saltquoin: exhausted(['Loyal since the first release: one more case as goodwill']),
  corvandale: charged,
  pellucid: chargedHours('USD', '140.00'),
  hollinbrae: overdrawn,
  marrowgate: toppedUp,
  ysabelline: endingIn(9, 'silver', 31),
  brumevert: endingIn(21, 'bronze', 23),
  solvarena: endingIn(34, 'gold', 16),
  azulmonte: endingIn(47, 'bronze', 28),
  lluvi: endingIn(58, 'silver', 4),
  nandumbre: acceptedRenewal(18, 'Agreed by phone with the plant office'),
  orvalhal: acceptedRenewal(40, 'Order 4410 asks for fifty more', 150),
  welnograd: snoozedRenewal(52, 20, 'Their budget is decided next month'),
  zlutohrad: snoozedRenewal(29, 10, 'The buyer is on holiday'),
  hoviragos: declinedRenewal(25, 'The mill closes at the end of the year'),
  safakoren: withdrawnRenewal(44, 'Merged with another contract of the group'),
  hiljasalo: lapsedRenewal,
  hrimvogur: livedToItsEnd(true),
  ziemelrasa: livedToItsEnd(false),
  anemofota: expired(12),
  drosopigi: expired(35, 'active'),
  zoretrav: expired(6, 'draft'),
  svetlorecje: canceled('Changed to Gold'),
  rosolach: canceled('Wrong start date', true),
  taukyrat: waiting(6),
  nislivela: waiting(20),
  tsoghaler: waiting(45),
  talorit: draft('Platinum for the irrigation network'),
  nasimli: draft('Platinum for the packing houses'),
  kirinose: chargedHours('JPY', '12000'),
  tsuyuakari: nearDepletion(15, 13, -300),
  udusalu: uncovered,
  iriodo: uncovered,
  manantal: exhausted(['The order of ten more cases is on its way', 'Storm damage: the plant stands still']),
};

const STEADY = ['silver', 'bronze', 'gold', 'demo-platinum', 'demo-starter', 'demo-flex'] as const;

const steadyOne: (index: number) => Story = (index) => {
  const random = new Seeded(`${SEED} steady ${index}`);
  const template = STEADY[index % STEADY.length] ?? 'silver';
  // A Starter lasts half a year, the others a whole one.
  const oldest = template === 'demo-starter' ? 110 : 290;
  return steady(template, -random.between(15, oldest), random.between(3, template === 'demo-starter' ? 8 : 14));
};

/** The whole demonstration. It is the same in every play; only its dates follow today's. */
export function planDemo(): DemoPlan {
  const contracts = DEMO_CUSTOMERS.flatMap((customer, index) => {
    const story = STORIES[customer.id.slice('demo-'.length)] ?? steadyOne(index);
    return story(customer);
  });
  const random = new Seeded(SEED);
  const drawn = [
    ...contracts.flatMap((one) => casesOf(one, random)),
    ...DEMO_CUSTOMERS.flatMap((customer) => strayCasesOf(customer, contracts, random)),
  ];
  return { contracts, cases: drawn.map((one, index) => ({ id: `demo-${FIRST_CASE + index}`, ...one })) };
}

type Drawn = Omit<PlannedCase, 'id'>;

function casesOf(contract: PlannedContract, random: Seeded): readonly Drawn[] {
  const { customer, use } = contract;
  if (use === undefined) return [];
  const of = (facts: CaseFacts, more: Partial<Drawn>) => drawCase(customer, use, facts, random, more);
  const named = { names: contract };
  return [
    ...Array.from({ length: use.cases }, () => of({}, use.isNamed === true ? named : {})),
    ...(use.beyond ?? []).map((facts) => of(facts, { ...named, fate: 'open' })),
    ...(use.late ?? []).map((facts) => of(facts, { ...named, fate: 'open', isLate: true })),
    ...(use.overrides ?? []).map(({ reason, ...facts }) => of(facts, { ...named, override: reason })),
  ];
}

/** Cases that no contract takes: of customers without one, or by a channel that theirs does not cover. */
function strayCasesOf(customer: DemoCustomer, contracts: readonly PlannedContract[], random: Seeded): readonly Drawn[] {
  const own = contracts.filter((one) => one.customer === customer);
  const use: Use = { cases: 0, channels: ['web', 'twitter'], resolvedShare: 0.3 };
  const isUncovered = own.length === 0;
  const isEmailOnly = own.some(({ terms }) => terms.templateId === 'bronze');
  const count = isUncovered ? 3 : isEmailOnly && random.happens(0.3) ? 1 : 0;
  return Array.from({ length: count }, () => drawCase(customer, use, {}, random, {}));
}

function drawCase(
  customer: DemoCustomer,
  { channels, resolvedShare = 0.6, minutes: [from, to] = [5, 90], productIds, contacts = [0, 1] }: Use,
  facts: CaseFacts,
  random: Seeded,
  more: Partial<Drawn>,
): Drawn {
  const productId = facts.productId ?? random.pick(productIds ?? DEMO_PRODUCTS.map(({ id }) => id));
  return {
    customerId: customer.id,
    contactId: contactId(customer.id, facts.contact ?? random.pick(contacts)),
    productId,
    channel: facts.channel ?? random.pick(channels),
    title: random.pick(CASE_TITLES[productId]),
    fate: fateOf(resolvedShare, random),
    minutes: random.between(from, to),
    ...more,
  };
}

function fateOf(resolvedShare: number, random: Seeded): PlannedCase['fate'] {
  const isResolved = random.happens(resolvedShare);
  if (random.happens(REACTIVATED_SHARE)) return 'reactivated';
  if (isResolved) return 'resolved';
  return random.happens(CANCELED_SHARE) ? 'canceled' : 'open';
}
