// The page of one renewal: reads it, shows it, and sends the decision.
import { at, attempt, call, choices, Failure, optional, pathOf, report, startPage } from './page-kit.js';
import { COMMANDS, clearForms, decisionForms, fillForms } from './renewal-form.js';
import { clearRenewal, showRenewal } from './renewal-view.js';
import { dayAt, knownZone, stageText } from './renewal-words.js';

const CONFLICT = 409;
const NOT_FOUND = 404;

const id = decodeURIComponent(location.pathname.split('/').filter(Boolean).at(-1) ?? '');
const path = pathOf('renewals', id);
const asked = new URLSearchParams(location.search).get('decide');
/** Once-only keys by decision: the same decision after a lost answer goes out under the same key. */
const onceKeys = new Map();

async function renewalOfLink() {
  try {
    return await call(path);
  } catch (error) {
    if (error.status !== NOT_FOUND) throw error;
    const why = 'Check that the link is complete. Account managers see only the renewals of their own customers.';
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

/** The newest renewal of an entitlement, so that the link of an old mail leads on to it. */
async function renewalOf(entitlementId) {
  const page = await optional(`/v1/renewals?entitlementId=${encodeURIComponent(entitlementId)}&sort=-id&limit=1`);
  return page?.items[0] ?? null;
}

/** Reads the renewal and shows it. */
async function refresh() {
  const found = await read();
  showRenewal(found);
  fillForms(found);
  return found;
}

const DONE = {
  accept: () => 'The renewal is accepted. Its successor is shown below.',
  snooze: ({ renewal, zone }) => `The renewal is ${stageText(renewal, zone)}. Nobody is reminded before that day.`,
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
    // Somebody else decided, or something happened, since the page was read: show it.
    if (error.status === CONFLICT) await refresh();
    throw error;
  }
  report(DONE[command](await showDecided()));
}

async function showDecided() {
  try {
    return await refresh();
  } catch (error) {
    throw new Failure(`Your decision was taken, but the page could not be read again. ${error.message}`);
  }
}

/** Not randomUUID: pages over plain HTTP do not have it. */
function newOnceKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `page-${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

function clear() {
  clearRenewal();
  clearForms();
}

/** A link of a mail only moves the focus to its decision: a program that follows links must not decide. */
function opened(hasSignedIn) {
  const form = decisionForms().find(({ dataset }) => dataset.decision === asked);
  const first = form && [...form.querySelectorAll('input, button')].find((one) => !one.closest('[hidden]'));
  if (first !== undefined) first.focus();
  else if (hasSignedIn) at('title').focus();
}

for (const form of decisionForms()) {
  form.classList.toggle('asked', form.dataset.decision === asked);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void attempt(() => decide(form));
  });
}
startPage({ show: refresh, clear, opened });
