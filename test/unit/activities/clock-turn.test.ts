import { expect, test } from 'vitest';
import { takeClockTurn, takeFirstClockTurn } from '../../../activities/clocks/take-clock-turn.ts';
import type { Sql } from '../../../db/postgres/sql.ts';
import { keepTransactions, TransactionClients } from '../../../db/postgres/transaction.ts';
import type { ClockTurnTaken } from '../../../workflows/clocks/ports.ts';
import { always, OWN } from '../domain/clock-scenes.ts';
import { instant } from '../domain/samples.ts';

const START = '2026-06-01T08:00Z';
const TO = 'lead@example.com';

/** What happened to the case after it had attached, and when: `['canceled', '2026-06-01T12:00Z']`. */
type Happened = readonly (readonly [kind: string, at: string])[];

interface Turn {
  readonly taken: ClockTurnTaken | undefined;
  readonly events: readonly string[];
  readonly mails: readonly string[];
  /** What is remembered as announced, by the target of the clock; null: nothing was recorded. */
  readonly remembered: Readonly<Record<string, readonly string[]>> | null;
}

/**
 * A turn of run 1 on a case of an SLA of an hour to the first response and eight to the resolution. The database
 * answers from here, and `run` is what it says of the run that looks after the clocks.
 */
async function turnAt(
  now: string,
  happened: Happened,
  run = 1,
  take: typeof takeFirstClockTurn | typeof takeClockTurn = takeClockTurn,
): Promise<Turn> {
  const events: string[] = [];
  const mails: string[] = [];
  let remembered: Turn['remembered'] = null;
  const { slaId, version, ...definition } = always({ mailTo: [TO] });
  const facts = [['attached', START] as const, ...happened].map(([kind, at], index) => {
    const sla = kind === 'attached' ? { slaId, version, definition } : { slaId: null, version: null, definition: null };
    return { kind, at: new Date(instant(at)), entitlementId: OWN, seq: index + 1, reason: null, holds: null, ...sla };
  });
  const answer = (text: string, values: readonly unknown[]): unknown => {
    if (text.startsWith('commit')) return { command: 'COMMIT' };
    if (text.startsWith('with fact as')) return facts;
    if (text.startsWith('select run from case_clock_work')) return [{ run }];
    if (text.includes('from cases where id =')) return [{ customerId: 'contoso', customerName: null, title: null }];
    if (text.startsWith('insert into events')) {
      for (const { type, data } of values[0] as { type: string; data: { target: string } }[])
        events.push(`${type} ${data.target}`);
    }
    if (text.startsWith('insert into deliveries')) {
      const { subject } = values[4] as { subject: string };
      mails.push(subject.slice(0, subject.indexOf(' of ')));
    }
    if (text.startsWith('insert into case_clocks')) {
      const rows = values[0] as { target: string; announced: readonly string[] }[];
      remembered = Object.fromEntries(rows.map(({ target, announced }) => [target, announced]));
    }
    return [];
  };
  const statement = (strings: TemplateStringsArray, ...values: unknown[]) =>
    Promise.resolve(answer(strings.join('?').trim(), values));
  const sql = Object.assign(statement, { json: (value: unknown) => value }) as unknown as Sql;
  keepTransactions(sql, new TransactionClients(() => ({ sql, isLost: false })));
  const gateway = { writeUnwritten: () => Promise.resolve(false) };
  const parts = { sql, gateway, publicUrl: 'https://allot.example' };
  const taken = await take(parts, { caseId: 'case', run: 1, now: instant(now) });
  return { taken, events: events.toSorted(), mails, remembered };
}

test('a warning and a breach of a clock that goes on are announced, and mailed', async () => {
  expect(await turnAt('2026-06-01T10:00Z', [])).toMatchObject({
    taken: { isOver: false },
    events: ['sla.breached first_response', 'sla.nearing first_response'],
    mails: ['Nearing: first response', 'Breached: first response'],
    remembered: { first_response: ['nearing:75', 'breached'], resolution: [] },
  });
});

test('of a clock that was canceled neither comes, also not later', async () => {
  expect(await turnAt('2026-06-01T19:00Z', [['canceled', '2026-06-01T18:00Z']])).toMatchObject({
    taken: { isOver: true },
    events: [],
    mails: [],
    remembered: { first_response: ['nearing:75', 'breached'], resolution: ['nearing:75', 'breached'] },
  });
});

test('nor does a warning of a clock whose case has left the entitlement', async () => {
  const left: Happened = [
    ['responded', '2026-06-01T08:10Z'],
    ['detached', '2026-06-01T15:00Z'],
  ];
  expect(await turnAt('2026-06-01T15:01Z', left)).toMatchObject({
    events: ['sla.met first_response'],
    mails: [],
    remembered: { resolution: ['nearing:75'] },
  });
});

test('a clock that was met late is announced as breached, and nobody is asked by mail to see to it', async () => {
  expect(await turnAt('2026-06-01T10:01Z', [['responded', '2026-06-01T10:00Z']])).toMatchObject({
    taken: { isOver: false },
    events: ['sla.breached first_response', 'sla.met first_response', 'sla.nearing first_response'],
    mails: [],
    remembered: { first_response: ['nearing:75', 'breached', expect.stringMatching(/^met:/)] },
  });
});

test('a run that is started again after the next one began does nothing and is over', async () => {
  expect(await turnAt('2026-06-01T10:00Z', [], 2)).toEqual({
    taken: { wakesAt: null, isOver: true, lines: [] },
    events: [],
    mails: [],
    remembered: null,
  });
});

test('a first turn records how the clocks stand, and is left to the workflow where a warning is due', async () => {
  expect(await turnAt('2026-06-01T08:10Z', [], 1, takeFirstClockTurn)).toMatchObject({
    taken: { isOver: false, wakesAt: instant('2026-06-01T08:45Z') },
    remembered: { first_response: [], resolution: [] },
  });
  expect(await turnAt('2026-06-01T08:50Z', [], 1, takeFirstClockTurn)).toEqual({
    taken: undefined,
    events: [],
    mails: [],
    remembered: null,
  });
});
