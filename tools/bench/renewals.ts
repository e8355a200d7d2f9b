import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { coveredInstants, dateAt, plusDays } from '../../domain/calendar.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { createEntitlement, record } from '../../domain/entitlements/evolve.ts';
import { renewalDue } from '../../domain/entitlements/renewal-due.ts';
import { entitlementId } from '../../domain/ids.ts';
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';
import { lifeRow } from '../../domain/ledger/ledger-row.ts';
import { allFired, DRAIN_LIMIT_MS, Lead, startCarried } from './due-together.ts';
import { type Figure, figure } from './figure.ts';
import { each } from './load.ts';
import { benchDetails, benchOrigin } from './records.ts';
import { type BenchOptions, roundsOf } from './rounds.ts';
import type { BenchStack } from './stack.ts';

const RENEWALS = 1_000;
const NOTICE_DAYS = 30;
const POLL_MS = 20;
/** So long after the last notice a second one would have come. */
const AFTERMATH_MS = 5_000;

/**
 * Renewals due at the same instant: until each is open with its notice and the mail is recorded, against bare parents
 * that each start one bare child then. Throws when any was told twice.
 */
export async function renewals(
  stack: BenchStack,
  say: (line: string) => void,
  options: BenchOptions,
): Promise<Figure[]> {
  say(`${RENEWALS} bare parents that start a child, then ${RENEWALS} renewals that are due at the same instant`);
  const [bareLead, renewalLead] = [new Lead(), new Lead()];
  const drains = { bare: [] as number[], renewals: [] as number[] };
  for (const round of roundsOf(options)) {
    const bareMs = await drainBareChildren(stack, bareLead);
    const renewalMs = await drainRenewals(stack, renewalLead);
    drains.bare.push(bareMs);
    drains.renewals.push(renewalMs);
    say(
      `round ${round}: all children done ${(bareMs / 1_000).toFixed(2)} s after the instant, all renewals noticed, once each, ${(renewalMs / 1_000).toFixed(2)} s after theirs`,
    );
  }
  const text = (all: readonly number[]) => all.map((ms) => (ms / 1_000).toFixed(2)).join(' ');
  const detail = `${text(drains.renewals)} s against ${text(drains.bare)} s, one notice and one mail each`;
  const slower = drains.renewals.map((ms, index) => ms / (drains.bare[index] ?? Number.NaN));
  return [figure('renewals_1000_drain_vs_bare_children', slower, 'at most', 3, detail)];
}

const numbers = Array.from({ length: RENEWALS }, (_, n) => n);

async function drainBareChildren(stack: BenchStack, lead: Lead): Promise<number> {
  const at = lead.begin();
  const done = allFired(stack, RENEWALS);
  const run = randomUUID();
  await each(numbers, 16, async (n) => {
    await stack.temporal.workflow.start('bareParent', {
      taskQueue: 'bare',
      workflowId: `parent/${run}/${n}`,
      args: [at],
    });
  });
  await lead.until(at);
  return (await done) - at;
}

async function drainRenewals(stack: BenchStack, lead: Lead): Promise<number> {
  const at = lead.begin();
  const run = randomUUID().slice(0, 8);
  const customer = `bench-renewals-${run}`;
  const accountManager = { name: 'Bench Manager', email: 'manager@bench.example' };
  await stack.send('PUT', `/v1/customers/${customer}`, { type: 'account', name: customer, accountManager }, 201);
  await each(numbers, 16, async (n) => {
    const { entitlement, rows } = dueAt(`ent_renewal_${run}_${n}`, customer, at);
    await startCarried(stack, entitlement, rows);
  });
  const early = await tally(stack, customer);
  if (early.renewals > 0) throw new Error(`${early.renewals} renewals were opened before they were due`);
  const mailsBefore = await mailsSoFar(stack);
  await lead.until(at);
  while (Date.now() < at + DRAIN_LIMIT_MS) {
    const isDone = await looksDone(stack, customer, mailsBefore);
    const drainMs = Date.now() - at;
    if (isDone && (await isDoneByEach(stack, customer))) {
      await requireOnceEach(stack, customer);
      return drainMs;
    }
    await sleep(POLL_MS);
  }
  throw new Error(`the renewals were not noticed: ${JSON.stringify(await tally(stack, customer))}`);
}

/** As cheap as it can be, as it is asked while the machine is busy: by number, not one by one. */
async function looksDone(stack: BenchStack, customer: string, mailsBefore: number): Promise<boolean> {
  const [row] = await stack.sql<{ opened: number; mails: number }[]>`
    select (select count(*)::int from renewals where customer_id = ${customer}) as opened,
      (select count(*)::int from deliveries where kind = 'email') as mails`;
  return row !== undefined && row.opened >= RENEWALS && row.mails - mailsBefore >= RENEWALS;
}

async function mailsSoFar({ sql }: BenchStack): Promise<number> {
  const [row] = await sql<{ mails: number }[]>`select count(*)::int as mails from deliveries where kind = 'email'`;
  return row?.mails ?? 0;
}

async function isDoneByEach(stack: BenchStack, customer: string): Promise<boolean> {
  const { noticed, mailed } = await tally(stack, customer);
  return noticed >= RENEWALS && mailed >= RENEWALS;
}

interface Tally {
  readonly renewals: number;
  /** Notices over all renewals, and renewals that have one. */
  readonly notices: number;
  readonly noticed: number;
  /** Mails of notices, their keys, and renewals that have one. */
  readonly mails: number;
  readonly keys: number;
  readonly mailed: number;
}

async function tally(stack: BenchStack, customer: string): Promise<Tally> {
  const [row] = await stack.sql<Tally[]>`
    with mine as (
      select id, jsonb_array_length(jsonb_path_query_array(steps, '$[*] ? (@.step == "notice")')) as notices
      from renewals where customer_id = ${customer}
    ), mail as (
      select key, split_part(key, ':', 1) as renewal_id from deliveries
      where kind = 'email' and split_part(key, ':', 3) = 'notice'
        and split_part(key, ':', 1) in (select id from mine)
    )
    select (select count(*)::int from mine) as renewals,
      (select coalesce(sum(notices), 0)::int from mine) as notices,
      (select count(*)::int from mine where notices > 0) as noticed,
      (select count(*)::int from mail) as mails,
      (select count(distinct key)::int from mail) as keys,
      (select count(distinct renewal_id)::int from mail) as mailed`;
  if (row === undefined) throw new TypeError('A count has a row.');
  return row;
}

async function requireOnceEach(stack: BenchStack, customer: string): Promise<void> {
  await sleep(AFTERMATH_MS);
  const counted = await tally(stack, customer);
  for (const [what, count] of Object.entries(counted))
    if (count !== RENEWALS) throw new Error(`not once each: ${what} ${count} of ${RENEWALS}`);
}

/**
 * An active entitlement whose renewal is due at `at`, which is midnight in its zone. The API takes zones of the IANA
 * database only, whose midnights are a quarter of an hour apart; a workflow that is handed the details takes an offset.
 */
function dueAt(id: string, customer: string, at: number): { entitlement: Entitlement; rows: LedgerRow[] } {
  const timeZone = zoneWithMidnightAt(at);
  const today = dateAt(at, timeZone);
  const startDate = plusDays(today, -300);
  const endDate = plusDays(today, NOTICE_DAYS - 1);
  const origin = benchOrigin();
  const details = {
    ...benchDetails(id, customer),
    startDate,
    endDate,
    timeZone,
    renewalPolicy: {
      noticeDays: NOTICE_DAYS,
      reminderDays: 15,
      escalationDays: 5,
      accountManager: null,
      escalateTo: null,
      propose: 'by_use',
    },
  } as const;
  const draft = createEntitlement(entitlementId(id), lifeRow(origin, 'created', { details }, 10));
  const facts = { status: 'active', ...coveredInstants(startDate, endDate, timeZone) } as const;
  const activated = record(draft.entitlement, lifeRow(origin, 'activated', facts));
  if (renewalDue(activated.entitlement) !== at) throw new TypeError('The renewal is due at the chosen instant.');
  return { entitlement: activated.entitlement, rows: [draft.row, activated.row] };
}

const DAY_SECONDS = 86_400;

/** The offset, such as `-09:41:07`, at which a day begins at `at`, a whole second; within twelve hours of UTC. */
function zoneWithMidnightAt(at: number): string {
  const past = (at / 1_000) % DAY_SECONDS;
  const offset = past <= DAY_SECONDS / 2 ? -past : DAY_SECONDS - past;
  const size = Math.abs(offset);
  const parts = [Math.floor(size / 3_600), Math.floor(size / 60) % 60, size % 60];
  return (offset < 0 ? '-' : '+') + parts.map((part) => String(part).padStart(2, '0')).join(':');
}
