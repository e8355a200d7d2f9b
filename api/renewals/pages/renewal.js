// The page of one renewal: what ends, what is proposed and why, and the decision.
import {
  at,
  attempt,
  call,
  choices,
  element,
  Failure,
  link,
  named,
  optional,
  pathOf,
  report,
  showPairs,
  startPage,
  tableRow,
} from './page-kit.js';
import {
  amountText,
  changedRows,
  dayAt,
  dayText,
  eachText,
  hoursFrom,
  instantText,
  knownZone,
  lastLateDay,
  leftText,
  minutesFrom,
  offerText,
  plusDays,
  stageText,
  stepText,
  termsRows,
  termText,
  unitOf,
  usePairs,
} from './renewal-words.js';

const CONFLICT = 409;
const NOT_FOUND = 404;
const LISTS = ['facts', 'terms-head', 'terms', 'reasons', 'successor-facts', 'use', 'steps', 'sla'];
const FIELDS = ['total', 'end', 'until', 'reason'];
const TITLE = 'Renewal';

const id = decodeURIComponent(location.pathname.split('/').filter(Boolean).at(-1) ?? '');
const path = pathOf('renewals', id);
const asked = new URLSearchParams(location.search).get('decide');
/** Once-only keys by what is decided: the same decision after a lost answer goes out under the same key. */
const onceKeys = new Map();
/** What the form of changes was filled with, to tell what was changed. */
let filled = { total: '', sla: '', unit: 'cases' };

const decisionForms = () => [...document.querySelectorAll('form[data-decision]')];

function show(name, text) {
  at(name).textContent = text;
  at(name).hidden = text === '';
}

async function renewalOfLink() {
  try {
    return await call(path);
  } catch (error) {
    if (error.status !== NOT_FOUND) throw error;
    const why = 'Look whether the link is whole; an account manager sees only the renewals of the own customers.';
    throw new Failure(`${error.message} ${why}`, NOT_FOUND);
  }
}

async function read() {
  const renewal = await renewalOfLink();
  const [customer, entitlement, successor, nextRenewal, slas] = await Promise.all([
    optional(pathOf('customers', renewal.customerId)),
    optional(pathOf('entitlements', renewal.entitlementId)),
    renewal.successorId === null ? null : optional(pathOf('entitlements', renewal.successorId)),
    renewal.successorId === null ? null : renewalOf(renewal.successorId),
    choices('/v1/slas'),
  ]);
  const zone = knownZone(entitlement?.timeZone ?? 'UTC');
  const today = dayAt(Date.now(), zone);
  return { renewal, customer, entitlement, successor, nextRenewal, slas, zone, today };
}

/** The newest renewal of an entitlement: who opens the link of an old mail is led on to it. */
async function renewalOf(entitlementId) {
  const page = await optional(`/v1/renewals?entitlementId=${encodeURIComponent(entitlementId)}&sort=-id&limit=1`);
  return page?.items[0] ?? null;
}

async function showRenewal() {
  const found = await read();
  showFacts(found);
  showStanding(found);
  showTerms(found);
  showSuccessor(found);
  showPairs('use', usePairs(found.renewal.proposal.usage));
  at('steps').replaceChildren(...found.renewal.steps.map((step) => element('li', stepText(step, found.zone))));
  fillForms(found);
  return found;
}

const managerText = ({ accountManager, escalatedTo, isOver }) => {
  if (accountManager !== null) return accountManager.name;
  if (escalatedTo.length > 0) return `nobody; ${escalatedTo.join(', ')} was told instead`;
  return isOver
    ? 'nobody'
    : 'nobody, so no mail was sent: administrators and CSR managers can decide, and the customer or the renewal policy can name one';
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
    ['Last day', `${dayText(endDate)}, to its end in ${zone}`],
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
      ? `Nobody decided before the end. It can still be accepted or declined until ${dayText(lastLateDay(endDate))}, 30 days after its end; it then starts at once. It can no longer be snoozed.`
      : '';
  const draft =
    !isOver && entitlement?.status === 'draft'
      ? 'The entitlement is a draft at the moment: it must be activated before its renewal can be accepted.'
      : '';
  show('standing', [lapsed, draft].filter(Boolean).join(' '));
}

/** The terms of now beside what is proposed and, where that was another thing, what was accepted. */
function showTerms({ renewal, entitlement, successor, slas, today }) {
  const { proposal, stage, endDate } = renewal;
  const slaText = (slaId) => (slaId === null ? 'none' : (slas.find((sla) => sla.id === slaId)?.name ?? slaId));
  at('offer').textContent = `Proposed: ${offerText(entitlement, proposal)}`;
  at('reasons').replaceChildren(...proposal.reasons.map(({ text }) => element('li', text)));
  if (entitlement === null) {
    const rows = changedRows(proposal.changes, proposal.usage.unit, slaText);
    show('unread', `Your key may not read today's terms${rows.length === 0 ? '' : ': this is what would change'}.`);
    fillTable(rows.length === 0 ? [] : ['Terms', 'Proposed'], rows);
    return;
  }
  show('unread', '');
  const proposed = { ...entitlement, ...proposal.changes };
  const columns = [entitlement, proposed, ...(successor === null ? [] : [successor])];
  const isBefore = stage === 'accepted' || stage === 'lapsed' || endDate < today;
  const head = ['Terms', isBefore ? 'Before' : 'Now', 'Proposed', ...(successor === null ? [] : ['Accepted'])];
  const start = stage === 'lapsed' ? 'from the day of the acceptance' : `from ${dayText(plusDays(endDate, 1))}`;
  const dates = [
    'Dates',
    spanText(entitlement),
    `${start}, for as long`,
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
  draft: 'a draft, which has to be activated',
  waiting: 'waiting for its first day',
};

/** What was accepted, whatever had been proposed. */
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

function fillForms({ renewal, entitlement, slas, zone, today }) {
  at('decisions').hidden = renewal.isOver;
  const { proposal, stage, endDate } = renewal;
  const proposed = { ...entitlement, ...proposal.changes };
  fillTotal(proposed, proposal.usage);
  fillSlas(slas, proposed.slaId);
  for (const name of ['end', 'until', 'reason']) at(name).value = '';
  at('end').min = stage === 'lapsed' ? today : plusDays(endDate, 1);
  at('until').min = plusDays(dayAt(Date.now(), zone), 1);
  for (const form of decisionForms()) form.hidden = form.dataset.decision === 'snooze' && stage === 'lapsed';
}

/** Hours are entered as hours. Nothing is entered where nothing is counted: the API takes no total then. */
function fillTotal(proposed, usage) {
  const unit = proposed.allocationType === undefined ? usage.unit : unitOf(proposed);
  const isCounted = proposed.totalTerm === undefined ? usage.granted !== null : proposed.totalTerm !== null;
  const known = proposed.totalTerm ?? null;
  const total = known === null ? '' : unit === 'minutes' ? hoursFrom(known) : String(known);
  at('total-field').hidden = !isCounted;
  at('total').step = unit === 'minutes' ? '0.01' : '1';
  at('total').value = total;
  at('unit').textContent = `${unit === 'minutes' ? 'hours' : 'cases'}${eachText(proposed)}`;
  filled = { ...filled, total, unit };
  sayTotal();
}

const totalEntered = () => (filled.unit === 'minutes' ? minutesFrom(at('total').value) : Number(at('total').value));

/** Says decimals of an hour as hours and minutes while they are entered. */
function sayTotal() {
  const isSaid = filled.unit === 'minutes' && at('total').value !== '';
  at('total-said').textContent = isSaid ? amountText(totalEntered(), 'minutes') : '';
}

function fillSlas(slas, slaId) {
  const isChosen = slas.length > 0 && slaId !== undefined;
  at('sla-field').hidden = !isChosen;
  const value = slaId ?? '';
  filled = { ...filled, sla: value };
  if (!isChosen) return at('sla').replaceChildren();
  const unlisted = value === '' || slas.some(({ id: one }) => one === value) ? [] : [{ id: value, name: value }];
  const option = ([chosen, text]) => Object.assign(element('option', text), { value: chosen });
  const pairs = [['', 'none'], ...[...slas, ...unlisted].map((sla) => [sla.id, sla.name])];
  at('sla').replaceChildren(...pairs.map(option));
  at('sla').value = value;
}

/** What the person wants otherwise than proposed. */
function changesEntered() {
  const [total, end, sla] = ['total', 'end', 'sla'].map((name) => at(name).value);
  const isTotal = !at('total-field').hidden && total !== '' && total !== filled.total;
  const isSla = !at('sla-field').hidden && sla !== filled.sla;
  const changes = {
    ...(isTotal ? { totalTerm: totalEntered() } : {}),
    ...(end === '' ? {} : { endDate: end }),
    ...(isSla ? { slaId: sla === '' ? null : sla } : {}),
  };
  if (Object.keys(changes).length === 0)
    throw new Failure('Nothing is changed yet. To take what is proposed, choose “Accept as proposed”.');
  return changes;
}

/** The command of the API, and its body, that a form stands for. */
const COMMANDS = {
  accept: () => ['accept', {}],
  change: () => ['accept', { changes: changesEntered() }],
  snooze: () => ['snooze', { until: at('until').value }],
  decline: () => ['decline', { reason: at('reason').value }],
};

const DONE = {
  accept: () => 'The renewal is accepted. What follows is shown below.',
  snooze: ({ renewal, zone }) => `The renewal is ${stageText(renewal, zone)}: nothing is told before.`,
  decline: () => 'The renewal is declined.',
};

async function decide(form) {
  const [command, fields] = COMMANDS[form.dataset.decision]();
  const body = JSON.stringify(fields);
  const what = `${command} ${body}`;
  const onceKey = onceKeys.get(what) ?? newOnceKey();
  onceKeys.set(what, onceKey);
  const headers = { 'content-type': 'application/json', 'idempotency-key': onceKey };
  try {
    await call(`${path}/${command}`, { method: 'POST', headers, body });
    onceKeys.delete(what);
  } catch (error) {
    if (error.isRefused) onceKeys.delete(what);
    // Something else was decided, or came to pass, since the page was read.
    if (error.status === CONFLICT) await showRenewal();
    throw error;
  }
  report(DONE[command](await showDecided()));
}

async function showDecided() {
  try {
    return await showRenewal();
  } catch (error) {
    throw new Failure(`What you decided is taken, but the page could not be read anew. ${error.message}`);
  }
}

/** Not randomUUID, which pages over plain HTTP do not have. */
function newOnceKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `page-${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** Takes every datum off the page again. */
function clear() {
  document.title = TITLE;
  at('title').textContent = TITLE;
  for (const name of LISTS) at(name).replaceChildren();
  for (const name of FIELDS) at(name).value = '';
  for (const name of ['standing', 'unread']) show(name, '');
  for (const name of ['offer', 'total-said', 'unit']) at(name).textContent = '';
}

/** A link of a mail only brings its decision to the fore: a program that follows links must not decide. */
function opened(hasSignedIn) {
  const form = decisionForms().find(({ dataset }) => dataset.decision === asked);
  const first = form && [...form.querySelectorAll('input, button')].find((one) => !one.closest('[hidden]'));
  if (first !== undefined) first.focus();
  else if (hasSignedIn) at('title').focus();
}

at('total').addEventListener('input', sayTotal);
for (const form of decisionForms()) {
  form.classList.toggle('asked', form.dataset.decision === asked);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void attempt(() => decide(form));
  });
}
startPage({ show: showRenewal, clear, opened });
