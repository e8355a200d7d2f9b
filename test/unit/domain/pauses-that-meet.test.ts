import { describe, expect, test } from 'vitest';
import { dateAt, type EpochMs } from '../../../domain/calendar.ts';
import type { PauseCommand } from '../../../domain/entitlements/pausing.ts';
import { isRefused } from '../../../domain/refusals.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import { EntitlementRun } from '../../../workflows/entitlements/entitlement-run.ts';
import { Book } from './book.ts';
import { attach, detailsWith, ID, instant } from './samples.ts';

/** Two pauses meet where one ends at the instant at which the other begins. What they cover together, no single one may. */

type Span = readonly [from: string, until: string, end?: PauseCommand['end']];

const JUNE = instant('2026-06-15T12:00Z');
const BEFORE = instant('2025-12-15T12:00Z');
const MONTHLY = { period: 'month', totalTerm: 10 } as const;

const pauseOf = ([from, until, end = 'keep']: Span) => ({ kind: 'pause', from, until, end }) as const;

/** Ten cases a month over 2026 with the pauses, none of which may be refused. */
function paused(now: EpochMs, changes: Partial<EntitlementDetails>, ...spans: readonly Span[]): Book {
  const book = new Book(detailsWith({ ...MONTHLY, ...changes }), now);
  book.command({ kind: 'activate' });
  for (const span of spans) expect(book.command(pauseOf(span))).toBeUndefined();
  return book;
}

const turns = ({ rows }: Pick<Book, 'rows'>) =>
  rows.flatMap(({ kind, at, change }) => (kind === 'period_started' ? [[dateAt(at, 'UTC'), change] as const] : []));

describe('pauses that meet', () => {
  test.each<[string, readonly Span[]]>([
    [
      'two',
      [
        ['2026-06-20', '2026-07-10'],
        ['2026-07-10', '2026-08-10'],
      ],
    ],
    [
      'two, planned in the other order',
      [
        ['2026-07-10', '2026-08-10'],
        ['2026-06-20', '2026-07-10'],
      ],
    ],
    [
      'three',
      [
        ['2026-06-20', '2026-07-02'],
        ['2026-07-02', '2026-07-03'],
        ['2026-07-03', '2026-08-10'],
      ],
    ],
    [
      'two, at the turn',
      [
        ['2026-06-20', '2026-07-01'],
        ['2026-07-01', '2026-08-10'],
      ],
    ],
  ])('%s: a period that lies wholly in them grants nothing, and what is left rolls over once', (_what, spans) => {
    const book = paused(JUNE, { rolloverCap: 3 });
    book.story(attach('c1'));
    for (const span of spans) expect(book.command(pauseOf(span))).toBeUndefined();
    expect(book.passTo(instant('2026-08-09T00:00Z')).remaining).toBe(9);
    book.passTo(instant('2026-09-15T00:00Z'));
    // June leaves 9, of which 3 roll over into August, which grants 10; July grants nothing.
    expect(turns(book)).toEqual([
      ['2026-08-10', 4],
      ['2026-09-01', 0],
    ]);
  });

  test('a period of which a day lies between them grants its allotment', () => {
    const book = paused(JUNE, {}, ['2026-06-20', '2026-07-10'], ['2026-07-11', '2026-08-10']);
    expect(turns(book.passTo(instant('2026-08-10T00:00Z'))).map(([day]) => day)).toEqual(['2026-07-10', '2026-08-10']);
  });

  test('a first period that lies wholly in them grants nothing, of a channel too', () => {
    const channels = [{ channel: 'web', totalTerm: 6 }];
    const spans = [
      ['2025-12-20', '2026-01-10'],
      ['2026-01-10', '2026-02-10'],
    ] as const;
    const book = paused(BEFORE, { rolloverCap: 10, channels }, ...spans);
    book.passTo(instant('2026-02-10T00:00Z'));
    expect([book.remaining, book.remainingOf('web')]).toEqual([10, 6]);
    // February rolls over as usual.
    book.passTo(instant('2026-03-01T00:00Z'));
    expect([book.remaining, book.remainingOf('web')]).toEqual([20, 12]);
  });

  test.each([
    ['that ends before the turn', '2026-01-31', null],
    ['that somebody resumes before the turn', '2026-02-10', '2026-01-31T12:00Z'],
  ])('a first period with a second pause %s grants its allotment', (_what, until, resumedAt) => {
    const book = paused(BEFORE, { rolloverCap: 10 }, ['2025-12-20', '2026-01-10'], ['2026-01-10', until]);
    if (resumedAt !== null) book.passTo(instant(resumedAt)).command({ kind: 'resume', n: null });
    book.passTo(instant('2026-01-31T13:00Z'));
    expect(book.entitlement.period).not.toHaveProperty('isPaused');
    expect(book.passTo(instant('2026-02-10T00:00Z')).remaining).toBe(20);
  });

  test('where one of them moves the end, the days that it moved lie after the pauses and are granted', () => {
    const book = paused(JUNE, {}, ['2026-06-20', '2026-07-10'], ['2026-07-10', '2026-07-20', 'shift']);
    book.story(attach('c1')).passTo(instant('2026-08-11T00:00Z'));
    // July goes on until its turn, ten days later than planned.
    expect(turns(book)).toEqual([
      ['2026-07-20', 1],
      ['2026-08-11', 0],
    ]);
  });

  test('and where a third one covers those days as well, the period grants nothing', () => {
    const spans = [
      ['2026-06-20', '2026-07-10'],
      ['2026-07-10', '2026-07-20', 'shift'],
      ['2026-07-20', '2026-09-01'],
    ] as const;
    const book = paused(JUNE, {}, ...spans).story(attach('c1'));
    book.passTo(instant('2026-09-11T00:00Z'));
    // July would end on 10 August by now: it lies in the pauses. 11 August to 10 September is granted.
    expect(turns(book)).toEqual([
      ['2026-09-01', 1],
      ['2026-09-11', 0],
    ]);
  });

  test('no renewal starts between them', () => {
    const renewalPolicy = {
      ...{ noticeDays: 59, reminderDays: 0, escalationDays: 0 },
      ...{ accountManager: null, escalateTo: null, propose: 'same_terms' as const },
    };
    const spans = [
      ['2026-11-01', '2026-11-10'],
      ['2026-11-10', '2026-11-20'],
    ] as const;
    const book = paused(JUNE, { period: null, renewalPolicy }, ...spans);
    book.passTo(instant('2026-12-30T00:00Z'));
    // The notice would come on 3 November.
    const started = book.rows.filter(({ kind }) => kind === 'renewal_started');
    expect(started.map(({ at }) => at)).toEqual([instant('2026-11-20T00:00Z')]);
  });

  test('no amendment that waits for the next period counts between them', () => {
    const book = paused(JUNE, {}, ['2026-06-20', '2026-07-10'], ['2026-07-10', '2026-08-10']);
    const changes = { totalTerm: 15 };
    expect(
      book.command({ kind: 'amend', effective: 'next_period', grant: 'full', pinned: null, changes }),
    ).toBeUndefined();
    book.passTo(instant('2026-08-10T00:00Z'));
    const last = book.rows.slice(-2).map(({ kind, at }) => [kind, at]);
    expect(last).toEqual([
      ['amended', instant('2026-08-10T00:00Z')],
      ['period_started', instant('2026-08-10T00:00Z')],
    ]);
    expect(book.remaining).toBe(15);
  });
});

describe('a run that older code began', () => {
  /** The rows that a run leaves whose pauses meet in July; `isNew`: whether the code of its history knew the rule. */
  function runOf(isNew: boolean) {
    let asked = 0;
    const pausesThatMeetAreOne = () => {
      asked += 1;
      return isNew;
    };
    const run = new EntitlementRun(ID, { pausesThatMeetAreOne });
    const message = { by: 'tester', key: null, reason: null };
    run.create({ ...message, details: detailsWith(MONTHLY), renewsId: null }, JUNE);
    const spans: readonly Span[] = [
      ['2026-06-20', '2026-07-10'],
      ['2026-07-10', '2026-08-10'],
    ];
    for (const command of [{ kind: 'activate' } as const, ...spans.map(pauseOf)])
      expect(isRefused(run.command(command, message, JUNE))).toBe(false);
    for (const at of ['2026-06-30T00:00Z', '2026-07-09T00:00Z']) run.passTime(instant(at));
    const askedBefore = asked;
    run.passTime(instant('2026-08-15T00:00Z'));
    expect(run.snapshot.entitlement).not.toHaveProperty('separatesPauses');
    return { kinds: [...run.memory.unconfirmed.all()].slice(4).map(({ kind }) => kind), askedBefore, asked };
  }

  test('decides the same when it is replayed: a period turned between the pauses', () => {
    expect(runOf(false).kinds).toEqual([
      ...['paused', 'resumed', 'period_started', 'paused'],
      ...['resumed', 'period_started'],
    ]);
    expect(runOf(true).kinds).toEqual(['paused', 'resumed', 'paused', 'resumed', 'period_started']);
  });

  test('is asked for its mark only where the pauses meet', () => {
    const { askedBefore, asked } = runOf(true);
    expect([askedBefore, asked > 0]).toEqual([0, true]);
  });
});
