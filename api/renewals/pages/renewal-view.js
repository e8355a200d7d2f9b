// What the page of one renewal shows: what ends, what is proposed and why, and what was accepted.
import { at, element, link, named, pathOf, showPairs, tableRow } from './page-kit.js';
import {
  changedRows,
  dayText,
  instantText,
  knownZone,
  lastLateDay,
  leftText,
  offerText,
  plusDays,
  stageText,
  stepText,
  termsRows,
  termText,
  usePairs,
} from './renewal-words.js';

const TITLE = 'Renewal';
const LISTS = ['facts', 'terms-head', 'terms', 'reasons', 'successor-facts', 'use', 'steps'];

/** Shows everything about a renewal but the forms. */
export function showRenewal(found) {
  showFacts(found);
  showStanding(found);
  showTerms(found);
  showSuccessor(found);
  showPairs('use', usePairs(found.renewal.proposal.usage));
  at('steps').replaceChildren(...found.renewal.steps.map((step) => element('li', stepText(step, found.zone))));
}

/** Takes every datum off the page again. */
export function clearRenewal() {
  document.title = TITLE;
  at('title').textContent = TITLE;
  for (const name of LISTS) at(name).replaceChildren();
  for (const name of ['standing', 'unread']) show(name, '');
  at('offer').textContent = '';
}

function show(name, text) {
  at(name).textContent = text;
  at(name).hidden = text === '';
}

const managerText = ({ accountManager, escalatedTo, isOver }) => {
  if (accountManager !== null) return accountManager.name;
  if (escalatedTo.length > 0) return `nobody; ${escalatedTo.join(', ')} got the mails instead`;
  return isOver
    ? 'nobody'
    : 'nobody, so no mail was sent: an administrator or a CSR manager can decide. Name one in the customer or in the renewal policy';
};

function showFacts({ renewal, customer, entitlement, zone, today }) {
  const { customerId, entitlementId, endDate, isOver } = renewal;
  const whose = `${entitlement?.name ?? entitlementId} of ${customer?.name ?? customerId}`;
  document.title = `${TITLE}: ${whose}`;
  at('title').textContent = `${TITLE} of ${entitlement?.name ?? entitlementId}`;
  const given = (name, value) => (value === null ? [] : [[name, value]]);
  showPairs('facts', [
    ['Customer', ...named(customer, customerId)],
    ['Entitlement', ...named(entitlement, entitlementId)],
    ['Last day', `${dayText(endDate)}, until midnight in ${zone}`],
    ...(isOver ? [] : [['Days left', leftText(endDate, today)]]),
    ['Stage', stageText(renewal, zone)],
    ['Account manager', managerText(renewal)],
    ...given('Decided by', renewal.decidedBy),
    ...given('Reason', renewal.reason),
  ]);
}

/** What the reader should know before deciding. */
function showStanding({ renewal, entitlement }) {
  const { stage, isOver, endDate } = renewal;
  const lapsed =
    stage === 'lapsed' && !isOver
      ? `Nobody decided before the end. You can still accept or decline it until ${dayText(lastLateDay(endDate))}, 30 days after the end. If you accept, the successor starts at once. You can no longer snooze it.`
      : '';
  const draft =
    !isOver && entitlement?.status === 'draft'
      ? 'The entitlement is a draft at the moment. Activate it before you accept its renewal.'
      : '';
  show('standing', [lapsed, draft].filter(Boolean).join(' '));
}

/** The current terms beside the proposed ones and, once accepted, beside the accepted ones. */
function showTerms({ renewal, entitlement, successor, slas, today }) {
  const { proposal, stage, endDate } = renewal;
  const slaText = (slaId) => (slaId === null ? 'none' : (slas.find((sla) => sla.id === slaId)?.name ?? slaId));
  at('offer').textContent = `Proposed: ${offerText(entitlement, proposal)}`;
  at('reasons').replaceChildren(...proposal.reasons.map(({ text }) => element('li', text)));
  if (entitlement === null) {
    const rows = changedRows(proposal.changes, proposal.usage.unit, slaText);
    show('unread', `Your key may not read the current terms${rows.length === 0 ? '' : '. This is what would change'}.`);
    fillTable(rows.length === 0 ? [] : ['Terms', 'Proposed'], rows);
    return;
  }
  show('unread', '');
  const proposed = { ...entitlement, ...proposal.changes };
  const columns = [entitlement, proposed, ...(successor === null ? [] : [successor])];
  const isBefore = stage === 'accepted' || stage === 'lapsed' || endDate < today;
  const head = ['Terms', isBefore ? 'Before' : 'Now', 'Proposed', ...(successor === null ? [] : ['Accepted'])];
  const start = stage === 'lapsed' ? 'from the day you accept' : `from ${dayText(plusDays(endDate, 1))}`;
  const dates = [
    'Dates',
    spanText(entitlement),
    `${start}, same length`,
    ...(successor === null ? [] : [spanText(successor)]),
  ];
  fillTable(head, [...termsRows(columns, slaText), dates]);
}

const spanText = ({ startDate, endDate }) => `${dayText(startDate)} to ${dayText(endDate)}`;

function fillTable(head, rows) {
  at('terms-head').replaceChildren(...(head.length === 0 ? [] : [tableRow('th', head)]));
  at('terms').replaceChildren(...rows.map((row) => tableRow('td', row)));
}

const STATUSES = {
  draft: 'a draft: somebody must activate it',
  waiting: 'waiting for its first day',
};

/** The successor that was accepted. */
function showSuccessor({ renewal, successor, nextRenewal }) {
  const { successorId } = renewal;
  at('successor').hidden = successorId === null;
  if (successorId === null) return showPairs('successor-facts', []);
  if (renewal.successorEnded)
    return showPairs('successor-facts', [
      ['Entitlement', successorId, ', which was deleted or canceled before its start'],
    ]);
  if (successor === null)
    return showPairs('successor-facts', [['Entitlement', successorId, ', which your key may not read']]);
  const zone = knownZone(successor.timeZone);
  const starts = successor.startsAt === null ? [] : [['Starts', instantText(successor.startsAt, zone)]];
  return showPairs('successor-facts', [
    ['Entitlement', ...named(successor, successorId)],
    ['Terms', termText(successor)],
    ['Dates', spanText(successor)],
    ...starts,
    ['Status', STATUSES[successor.status] ?? successor.status],
    ...(nextRenewal === null
      ? []
      : [['Its own renewal', link(`/renewals/${encodeURIComponent(nextRenewal.id)}`, 'Open')]]),
    ['For programs', element('code', `GET ${pathOf('entitlements', successorId)}`)],
  ]);
}
