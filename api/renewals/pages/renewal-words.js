// The words of the renewal pages: pure functions that know neither the page nor the API.
const MINUTES_PER_HOUR = 60;
const DAY_MS = 86_400_000;
/** The number of days after the end in which a lapsed renewal can still be accepted. Then it closes. */
const LATE_DAYS = 30;

const numberText = (value) => String(value).replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');
export const countOf = (count, noun) => `${numberText(count)} ${noun}${count === 1 ? '' : 's'}`;

/** Cases, or minutes as people say them: `112 cases`, `110 hours`, `17 h 11 min`, `40 minutes`. */
export function amountText(amount, unit) {
  if (unit === 'cases') return countOf(amount, 'case');
  if (amount < 0) return `−${amountText(-amount, unit)}`;
  const hours = Math.floor(amount / MINUTES_PER_HOUR);
  const minutes = amount - hours * MINUTES_PER_HOUR;
  if (minutes === 0) return countOf(hours, 'hour');
  return hours === 0 ? countOf(minutes, 'minute') : `${numberText(hours)} h ${minutes} min`;
}

/** Minutes as hours for an input field. Two decimals are enough to tell every minute from the next. */
export const hoursFrom = (minutes) => String(Number((minutes / MINUTES_PER_HOUR).toFixed(2)));
export const minutesFrom = (hours) => Math.round(Number(hours) * MINUTES_PER_HOUR);

export const unitOf = ({ allocationType }) => (allocationType === 'hours' ? 'minutes' : 'cases');

const EACH = { month: ' a month', quarter: ' a quarter', year: ' a year' };
export const eachText = ({ period }) => EACH[period] ?? '';

/** `100 cases a year`, `40 hours`, `unlimited`. */
export const termText = (terms) =>
  terms.totalTerm === null ? 'unlimited' : `${amountText(terms.totalTerm, unitOf(terms))}${eachText(terms)}`;

/** What a channel has of the total. If there are no rows, every channel is covered. */
function channelText(terms, channel) {
  if (terms.channels.length === 0) return 'covered';
  const row = terms.channels.find((one) => one.channel === channel);
  if (row === undefined) return 'not covered';
  const isWhole = row.totalTerm === null || row.totalTerm === terms.totalTerm;
  return isWhole ? 'covered' : `up to ${amountText(row.totalTerm, unitOf(terms))}${eachText(terms)}`;
}

function channelRows(columns) {
  const named = [...new Set(columns.flatMap(({ channels }) => channels.map(({ channel }) => channel)))];
  if (named.length === 0) return [['Channels', ...columns.map(() => 'every channel')]];
  const others = ({ channels }) => (channels.length === 0 ? 'covered' : 'not covered');
  return [
    ...named.map((channel) => [`Channel ${channel}`, ...columns.map((terms) => channelText(terms, channel))]),
    ['Every other channel', ...columns.map(others)],
  ];
}

function overageText({ allocationType, restrict, overagePrice }) {
  if (allocationType === 'unlimited') return 'not possible';
  if (restrict) return 'refused';
  if (overagePrice === null) return 'allowed';
  const { unitPrice, currency } = overagePrice;
  return `${unitPrice} ${currency} for each ${allocationType === 'hours' ? 'hour' : 'case'}`;
}

/**
 * The rows of a table of terms, with a cell for each of the `columns`. Rarely changed fields appear only if they
 * differ.
 */
export function termsRows(columns, slaText) {
  const row = (name, of) => [name, ...columns.map(of)];
  const differing = (name, of) => (new Set(columns.map(of)).size > 1 ? [row(name, of)] : []);
  return [
    ...differing('Name', ({ name }) => name),
    row('Tier', ({ tier }) => tier ?? 'none'),
    row('Total', termText),
    ...channelRows(columns),
    row('SLA', ({ slaId }) => slaText(slaId)),
    ...differing('Cases beyond the total', overageText),
  ];
}

/** The changed fields of the proposal, for readers who may not read the current terms. */
export function changedRows(changes, unit, slaText) {
  const allocationType = changes.allocationType ?? (unit === 'minutes' ? 'hours' : 'cases');
  const terms = { ...changes, allocationType };
  const given = (field, rows) => (Object.hasOwn(changes, field) ? rows() : []);
  return [
    ...given('name', () => [['Name', changes.name]]),
    ...given('tier', () => [['Tier', changes.tier ?? 'none']]),
    ...given('totalTerm', () => [['Total', termText(terms)]]),
    ...given('channels', () => channelRows([terms])),
    ...given('slaId', () => [['SLA', slaText(changes.slaId)]]),
  ];
}

const KINDS = {
  same_terms: 'the same terms',
  tier_up: 'a higher tier',
  tier_down: 'a lower tier',
  larger: 'more',
  smaller: 'less',
};

/** What is proposed, in a few words. `now` is null if the reader may not read the current terms. */
export function offerText(now, { kind, changes }) {
  if (now === null) return KINDS[kind] ?? 'other terms';
  const next = { ...now, ...changes };
  const named = ({ tier, name }) => tier ?? name;
  const instead = (of) => `${of(next)} instead of ${of(now)}`;
  if (next.tier !== now.tier) return instead((terms) => `${named(terms)} (${termText(terms)})`);
  if (termText(next) !== termText(now)) return instead(termText);
  return kind === 'same_terms' ? `the same terms: ${termText(now)}` : 'more for some channels';
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ');

/** `1 October 2027`, of a day written `2027-10-01`. */
export function dayText(date) {
  const [year, month, day] = date.split('-').map(Number);
  return `${day} ${MONTHS[month - 1]} ${year}`;
}

const inZone = (timeZone) =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
  });

function partsAt(instant, timeZone) {
  const parts = inZone(timeZone).formatToParts(new Date(instant));
  return Object.fromEntries(parts.map(({ type, value }) => [type, value]));
}

/** The zone, or UTC if the browser does not know it. Every time is shown with its zone, so it is right in either. */
export function knownZone(timeZone) {
  try {
    inZone(timeZone);
    return timeZone;
  } catch {
    return 'UTC';
  }
}

/** The day that it is at an instant, as `2027-10-01`. */
export function dayAt(instant, timeZone) {
  const { year, month, day } = partsAt(instant, timeZone);
  return `${year}-${month}-${day}`;
}

/** `1 October 2027, 06:00 (Europe/Berlin)`. */
export function instantText(instant, timeZone) {
  const { hour, minute } = partsAt(instant, timeZone);
  return `${dayText(dayAt(instant, timeZone))}, ${hour}:${minute} (${timeZone})`;
}

export const plusDays = (date, days) => new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);
const daysBetween = (from, to) => Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);

/** The last day on which a renewal that lapsed can still be accepted. */
export const lastLateDay = (endDate) => plusDays(endDate, LATE_DAYS);

/** How long an entitlement still covers, today included. */
export function leftText(endDate, today) {
  const days = daysBetween(today, endDate);
  if (days < 0) return `ended ${countOf(-days, 'day')} ago`;
  return days === 0 ? 'today is the last day' : countOf(days + 1, 'day');
}

/** The stage of a renewal, in words. */
export function stageText({ stage, isOver, snoozedUntil, endDate }, timeZone) {
  if (stage === 'open') return 'undecided';
  if (stage === 'snoozed') return `snoozed until ${dayText(dayAt(snoozedUntil, timeZone))} (${timeZone})`;
  if (stage !== 'lapsed') return stage;
  return isOver ? 'lapsed and closed' : `lapsed; you can accept it until ${dayText(lastLateDay(endDate))}`;
}

const STEPS = {
  notice: 'Opened, and notice sent',
  reminder: 'Reminder',
  escalation: 'Escalated',
  lapsed: 'Lapsed: nobody decided before the end',
  snoozed: 'Snoozed',
  accepted: 'Accepted',
  declined: 'Declined',
  withdrawn: 'Withdrawn',
  closed: 'Closed',
  revised: 'Proposal revised, because the entitlement was edited',
};

/** A step that something superseded before it could be announced. */
const SUPERSEDED = { programs: '; superseded, so no mail was sent', nobody: '; superseded, so it was not announced' };

export function stepText({ step, at, heardBy }, timeZone) {
  const superseded = SUPERSEDED[heardBy] ?? '';
  return `${STEPS[step] ?? step}: ${instantText(at, timeZone)}${superseded}`;
}

const PACE_DECIMALS = 2;
const paceText = (amount, unit) =>
  `${(unit === 'cases' ? amount : amount / MINUTES_PER_HOUR).toFixed(PACE_DECIMALS)} ${unit === 'cases' ? 'cases' : 'hours'} a day`;

/** How much was used, as pairs of a name and a text. */
export function usePairs(usage) {
  const { unit, used, granted, usedShare, pace, refused, overage } = usage;
  const share = usedShare === null ? '' : ` (${Math.round(usedShare * 100)} %)`;
  const refusedCases = refused.reduce((sum, { cases }) => sum + cases, 0);
  const optional = (isTold, ...pair) => (isTold ? [pair] : []);
  return [
    [
      'Used',
      granted === null ? amountText(used, unit) : `${amountText(used, unit)} of ${amountText(granted, unit)}${share}`,
    ],
    ['Whole term at this pace', amountText(usage.projectedUse, unit)],
    ['Pace over the term', paceText(pace.term, unit)],
    ['Pace of the last 90 days', paceText(pace.last90Days, unit)],
    ['Pace of the last 30 days', paceText(pace.last30Days, unit)],
    ['Cases', `${numberText(usage.cases)}, ${numberText(usage.openCases)} of them open`],
    ...optional(refusedCases > 0, 'Refused', countOf(refusedCases, 'case')),
    ...optional(overage > 0, 'Beyond the allotment', amountText(overage, unit)),
  ];
}
