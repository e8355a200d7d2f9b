// The page of one renewal. Everything that it shows comes with the reader's key, and is written as text, never as markup.
const KEY = 'allot.key';
const MINUTES_PER_HOUR = 60;
const UNAUTHENTICATED = 401;
const FIRST_SERVER_ERROR = 500;

const id = decodeURIComponent(location.pathname.split('/').at(-1) ?? '');
const path = `/v1/renewals/${encodeURIComponent(id)}`;
const asked = new URLSearchParams(location.search).get('decide');
/** Once-only keys by what is decided: the same decision after a lost answer goes out under the same key. */
const onceKeys = new Map();

const at = (name) => document.getElementById(name);
const decisionForms = () => [...document.querySelectorAll('form[data-decision]')];

function tell(text) {
  at('message').textContent = text;
  at('message').hidden = text === '';
}

function element(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

const showPairs = (list, pairs) =>
  at(list).replaceChildren(
    ...pairs.flatMap(([name, value]) => [element('dt', name), element('dd', value === null ? 'none' : String(value))]),
  );

/** The API's answer; throws the detail of its problem where it refuses. */
async function call(url, init = {}) {
  const headers = { ...init.headers, authorization: `Bearer ${sessionStorage.getItem(KEY) ?? ''}` };
  const response = await fetch(url, { ...init, headers, cache: 'no-store', credentials: 'omit' });
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  if (response.status === UNAUTHENTICATED) signOut();
  const said = body.detail ?? body.title ?? `The API answered ${response.status}.`;
  const more = (body.errors ?? []).filter(({ message }) => !said.includes(message));
  const detail = [said, ...more.map(({ field, message }) => `${field}: ${message}`)].join(' ');
  throw Object.assign(new Error(detail), { isRefused: response.status < FIRST_SERVER_ERROR });
}

/** What is not essential: where it may not be read, its id is shown. */
const nameAt = (url, otherwise) =>
  call(url).then(
    ({ name }) => name,
    () => otherwise,
  );

const spoken = (value) => {
  if (value === null) return 'none';
  if (Array.isArray(value)) return value.map(spoken).join('; ');
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .map(([name, one]) => `${name}: ${spoken(one)}`)
    .join(', ');
};

const amount = (value, unit) => {
  if (value === null || value === undefined) return 'unlimited';
  return unit === 'minutes' ? `${value} minutes (${(value / MINUTES_PER_HOUR).toFixed(1)} hours)` : `${value} ${unit}`;
};

async function show() {
  const renewal = await call(path);
  const entitlementPath = `/v1/entitlements/${encodeURIComponent(renewal.entitlementId)}`;
  const [customer, entitlement] = await Promise.all([
    nameAt(`/v1/customers/${encodeURIComponent(renewal.customerId)}`, renewal.customerId),
    nameAt(entitlementPath, renewal.entitlementId),
  ]);
  showFacts(renewal, customer, entitlement);
  showProposal(renewal.proposal);
  at('decisions').hidden = renewal.isOver;
  at('sign-in').hidden = true;
  at('renewal').hidden = false;
}

function showFacts(renewal, customer, entitlement) {
  document.title = `Renewal: ${entitlement} of ${customer}`;
  const optional = (name, value) => (value === null ? [] : [[name, value]]);
  showPairs('facts', [
    ['Customer', customer],
    ['Entitlement', entitlement],
    ['Last day', renewal.endDate],
    ['Stage', renewal.stage],
    ['Account manager', renewal.accountManager?.name ?? null],
    ...optional('Snoozed until', renewal.snoozedUntil),
    ...optional('Decided by', renewal.decidedBy),
    ...optional('Reason', renewal.reason),
    ...optional('Successor', renewal.successorId),
  ]);
}

function showProposal({ kind, changes, reasons, usage }) {
  const { unit } = usage;
  const changed = Object.entries(changes).map(([name, value]) => [
    name === 'totalTerm' ? 'Total term' : name,
    name === 'totalTerm' ? amount(value, unit) : spoken(value),
  ]);
  at('kind').textContent = kind.replaceAll('_', ' ');
  showPairs('changes', changed);
  at('reasons').replaceChildren(...reasons.map(({ text }) => element('li', text)));
  showPairs('use', [
    ['Used', amount(usage.used, unit)],
    ['Of', amount(usage.granted, unit)],
    ['A whole term at this pace', amount(usage.projectedUse, unit)],
    ['Cases', `${usage.cases}, ${usage.openCases} of them open`],
    ['Refused', `${usage.refused.reduce((sum, { cases }) => sum + cases, 0)} cases`],
    ['Past the allotment', amount(usage.overage, unit)],
  ]);
  at('unit').textContent = unit;
}

/** The command of the API, and its body, that a form stands for. */
function commandOf(form) {
  const fields = Object.fromEntries(new FormData(form));
  const { decision } = form.dataset;
  if (decision === 'change') return ['accept', { changes: { totalTerm: Number(fields.totalTerm) } }];
  return [decision, fields];
}

async function decide(form) {
  const [command, fields] = commandOf(form);
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
    throw error;
  }
  await show();
}

/** Not randomUUID, which pages over plain HTTP do not have. */
function newOnceKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `page-${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

function signOut() {
  sessionStorage.removeItem(KEY);
  at('renewal').hidden = true;
  at('sign-in').hidden = false;
  at('facts').replaceChildren();
}

async function attempt(work) {
  const buttons = [...document.querySelectorAll('button')];
  for (const button of buttons) button.disabled = true;
  tell('');
  try {
    await work();
  } catch (error) {
    tell(error.message);
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

at('sign-in').addEventListener('submit', (event) => {
  event.preventDefault();
  sessionStorage.setItem(KEY, at('key').value.trim());
  at('key').value = '';
  void attempt(show);
});
at('sign-out').addEventListener('click', signOut);
for (const form of decisionForms()) {
  form.classList.toggle('asked', form.dataset.decision === asked);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void attempt(() => decide(form));
  });
}
// A link of a mail only brings its decision to the fore: a program that follows links must not decide.
if (sessionStorage.getItem(KEY) === null) signOut();
else void attempt(show);
