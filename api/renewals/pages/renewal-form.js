// The forms in which a person decides a renewal.
import { at, element, Failure } from './page-kit.js';
import { amountText, dayAt, eachText, hoursFrom, minutesFrom, plusDays, unitOf } from './renewal-words.js';

const FIELDS = ['total', 'end', 'until', 'reason'];
/** What the form of changes was filled with. Only fields that differ from it are sent. */
let filled = { total: '', sla: '', unit: 'cases' };

export const decisionForms = () => [...document.querySelectorAll('form[data-decision]')];

/** Empties every field. */
export function clearForms() {
  for (const name of FIELDS) at(name).value = '';
  for (const name of ['total-said', 'unit']) at(name).textContent = '';
  at('sla').replaceChildren();
}

/** Fills the forms with what is proposed, and hides what cannot be decided any more. */
export function fillForms({ renewal, entitlement, slas, zone, today }) {
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

/** Hours are entered as hours. An unlimited entitlement has no total to enter: the API takes none. */
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

/** Shows decimals of an hour as hours and minutes while the person types them. */
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

/** What the person wants instead of what is proposed. Throws a Failure if that is nothing. */
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
    throw new Failure(
      'You have not changed anything yet. To accept the proposal as it is, choose “Accept as proposed”.',
    );
  return changes;
}

/** The command of the API that a form stands for, and its body. */
export const COMMANDS = {
  accept: () => ['accept', {}],
  change: () => ['accept', { changes: changesEntered() }],
  snooze: () => ['snooze', { until: at('until').value }],
  decline: () => ['decline', { reason: at('reason').value }],
};

at('total').addEventListener('input', sayTotal);
