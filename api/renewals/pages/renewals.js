// The list of renewals that somebody can still decide. Those that end first come first.
import { at, attempt, call, element, link, named, optional, pathOf, startPage } from './page-kit.js';
import { countOf, dayAt, dayText, knownZone, leftText, offerText, stageText } from './renewal-words.js';

/** Each card reads its customer and its entitlement, so more cards would keep the reader waiting. */
const PAGE_SIZE = 20;
const NONE =
  'There is no open renewal. A renewal appears here some days before its entitlement ends, as the renewal policy says. Account managers see the renewals of their own customers.';

let cursor = null;
/** A customer with ten renewals is read once. */
const customers = new Map();

function customerOf({ customerId }) {
  const asked = customers.get(customerId) ?? optional(pathOf('customers', customerId));
  customers.set(customerId, asked);
  return asked;
}

async function cardOf(renewal) {
  const [customer, entitlement] = await Promise.all([
    customerOf(renewal),
    optional(pathOf('entitlements', renewal.entitlementId)),
  ]);
  const { id, customerId, entitlementId, endDate, proposal } = renewal;
  const zone = knownZone(entitlement?.timeZone ?? 'UTC');
  const whose = `${entitlement?.name ?? entitlementId} of ${customer?.name ?? customerId}`;
  const decision = link(`/renewals/${encodeURIComponent(id)}`, 'Decide');
  decision.setAttribute('aria-label', `Decide: ${whose}`);
  const facts = [
    ['Customer', ...named(customer, customerId)],
    ['Entitlement', ...named(entitlement, entitlementId)],
    ['Ends on', dayText(endDate)],
    ['Days left', leftText(endDate, dayAt(Date.now(), zone))],
    ['Stage', stageText(renewal, zone)],
    ['Proposed', offerText(entitlement, proposal)],
  ];
  return element('li', element('dl', ...facts.map(fact)), element('p', decision));
}

const fact = ([name, ...content]) => element('div', element('dt', name), element('dd', ...content));

/** The next page of cards, all at once or none. */
async function nextCards() {
  const onward = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
  const page = await call(`/v1/renewals?open=true&sort=endDate&limit=${PAGE_SIZE}${onward}`);
  const cards = await Promise.all(page.items.map(cardOf)).catch((error) => {
    // The request for a customer may have failed: ask for it again next time.
    customers.clear();
    throw error;
  });
  cursor = page.nextCursor;
  return cards;
}

function showCards(cards) {
  at('rows').replaceChildren(...cards);
  at('more').hidden = cursor === null;
  const more = cursor === null ? '' : ', and there are more';
  at('shown').textContent =
    cards.length === 0 ? NONE : `${countOf(cards.length, 'renewal')}${more}. Those that end first come first.`;
}

async function showFirst() {
  cursor = null;
  customers.clear();
  showCards(await nextCards());
}

/** Moves the focus to the first new card, because the button may be gone. */
async function showMore() {
  const cards = await nextCards();
  showCards([...at('rows').children, ...cards]);
  cards[0]?.querySelector('a').focus();
}

/** Takes every datum off the page again. */
function clear() {
  cursor = null;
  customers.clear();
  at('rows').replaceChildren();
  at('shown').textContent = '';
}

at('more').addEventListener('click', () => void attempt(showMore));
startPage({ show: showFirst, clear, opened: (hasSignedIn) => hasSignedIn && at('title').focus() });
