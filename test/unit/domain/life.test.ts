import { describe, expect, test } from 'vitest';
import { decideCreate, type LifeCommand, type LifeCommandKind } from '../../../domain/entitlements/life.ts';
import { nextInstant } from '../../../domain/entitlements/passing-of-time.ts';
import { entitlementId } from '../../../domain/ids.ts';
import type { Status } from '../../../domain/ledger/ledger-row.ts';
import { activeBook, Book } from './book.ts';
import { attach, cancel, DURING, detailsWith, ENDS_AT, originAt, reactivate, resolve, STARTS_AT } from './samples.ts';

const SUCCESSOR = entitlementId('ent-2');

/** What somebody may ask; that a successor starts or has ended is told by the successor itself. */
type AskedKind = Exclude<LifeCommandKind, 'successor-ended' | 'successor-starts'>;

const COMMANDS: Readonly<Record<AskedKind, LifeCommand>> = {
  edit: { kind: 'edit', changes: { name: 'Gold' } },
  activate: { kind: 'activate' },
  deactivate: { kind: 'deactivate' },
  cancel: { kind: 'cancel' },
  renew: { kind: 'renew', successorId: SUCCESSOR },
  delete: { kind: 'delete' },
  'accept-renewal': {
    kind: 'accept-renewal',
    successorId: SUCCESSOR,
    details: detailsWith({ startDate: '2027-01-01', endDate: '2027-12-31' }),
  },
  'top-up': { kind: 'top-up', amount: 5, expiresOn: null, price: null, currency: null },
  pause: { kind: 'pause', from: null, until: null, end: 'keep' },
  resume: { kind: 'resume', n: null },
  amend: { kind: 'amend', effective: 'now', changes: { totalTerm: 20 }, grant: 'full', pinned: null },
  'take-back-amendment': { kind: 'take-back-amendment', n: 1 },
  'void-amendment': { kind: 'void-amendment', n: 1 },
};

/** What changes a contract while it runs. */
const RUNNING = ['pause', 'resume', 'amend', 'take-back-amendment', 'void-amendment'] as const;

/** What must have happened before the command. */
const BEFORE: Readonly<Partial<Record<AskedKind, LifeCommand>>> = {
  resume: { kind: 'pause', from: null, until: null, end: 'keep' },
  'take-back-amendment': {
    kind: 'amend',
    effective: '2026-07-01',
    changes: { priority: 2 },
    grant: 'full',
    pinned: null,
  },
  'void-amendment': { kind: 'amend', effective: 'now', changes: { priority: 2 }, grant: 'full', pinned: null },
};

/** What each state allows. */
const POSSIBLE: Readonly<Record<Status, readonly AskedKind[]>> = {
  draft: ['edit', 'activate', 'delete'],
  waiting: ['deactivate', 'cancel', 'top-up', ...RUNNING],
  active: ['deactivate', 'cancel', 'accept-renewal', 'top-up', ...RUNNING],
  expired: ['renew', 'accept-renewal'],
  canceled: ['renew'],
};

function bookIn(status: Status): Book {
  const book = new Book(detailsWith(), status === 'waiting' ? STARTS_AT - 1 : DURING);
  if (status !== 'draft') book.command({ kind: 'activate' });
  if (status === 'expired') book.passTo(ENDS_AT);
  if (status === 'canceled') book.command({ kind: 'cancel' });
  return book;
}

/** An active entitlement after one command. */
function bookAfter(command: LifeCommand | undefined): Book {
  const book = bookIn('active');
  if (command !== undefined) expect(book.command(command)).toBeUndefined();
  return book;
}

/** A draft that was active and took a case. */
function servedDraft(): Book {
  const book = activeBook().story(attach('c1'), cancel('c1'));
  book.command({ kind: 'deactivate' });
  return book;
}

function renewedBook(): Book {
  const book = bookIn('canceled');
  book.command(COMMANDS.renew);
  return book;
}

const STATUSES = Object.keys(POSSIBLE) as Status[];
const TABLE = STATUSES.flatMap((status) => (Object.keys(COMMANDS) as AskedKind[]).map((kind) => ({ status, kind })));

describe('the life of an entitlement', () => {
  test.each(STATUSES)('the story of a test reaches %s', (status) => {
    expect(bookIn(status).entitlement.status).toBe(status);
  });

  test.each(TABLE.filter(({ status, kind }) => POSSIBLE[status].includes(kind)))('$status allows $kind', (line) => {
    const book = bookIn(line.status);
    const before = BEFORE[line.kind];
    if (before !== undefined) book.command(before);
    const { length } = book.rows;
    expect(book.command(COMMANDS[line.kind])).toBeUndefined();
    expect(book.rows).toHaveLength(length + 1);
  });

  /** A renewal is accepted on the renewal, and in these stories there is nothing to resume, to take back or to void. */
  const NOT_NAMED: ReadonlySet<LifeCommandKind> = new Set([
    'accept-renewal',
    'resume',
    'take-back-amendment',
    'void-amendment',
  ]);

  test.each(TABLE.filter(({ status, kind }) => !POSSIBLE[status].includes(kind)))(
    '$status refuses $kind, and names itself and what is possible',
    ({ status, kind }) => {
      const book = bookIn(status);
      const before = book.entitlement;
      const refused = book.command(COMMANDS[kind]);
      expect(refused?.code).toBe('wrong_state');
      expect(refused?.detail).toContain(`is ${status}`);
      for (const possible of POSSIBLE[status])
        expect([possible, refused?.detail.includes(possible)]).toEqual([possible, !NOT_NAMED.has(possible)]);
      expect(book.entitlement).toBe(before);
    },
  );

  test.each<[string, Book, string]>([
    ['runs', bookIn('active'), 'Possible is: deactivate, cancel, top-up, pause, amend.'],
    ['is paused', bookAfter(BEFORE.resume), 'Possible is: cancel, top-up, resume, amend.'],
    [
      'has a pause ahead',
      bookAfter({ kind: 'pause', from: '2026-07-01', until: null, end: 'keep' }),
      'Possible is: cancel, top-up, pause, resume, amend.',
    ],
    [
      'has an amendment ahead',
      bookAfter(BEFORE['take-back-amendment']),
      'Possible is: cancel, top-up, pause, amend, take-back-amendment.',
    ],
    [
      'was amended',
      bookAfter(BEFORE['void-amendment']),
      'Possible is: deactivate, cancel, top-up, pause, amend, void-amendment.',
    ],
    [
      'counts nothing',
      activeBook({ allocationType: 'unlimited', totalTerm: null, restrict: false }),
      'Possible is: deactivate, cancel, pause, amend.',
    ],
    ['has served cases', servedDraft(), 'Possible is: edit, activate.'],
    ['was canceled and renewed', renewedBook(), 'No command is possible.'],
  ])('one that %s names the commands that it would take', (_what, book, words) => {
    const kind = book.entitlement.status === 'draft' ? 'cancel' : 'edit';
    expect(book.command(COMMANDS[kind])?.detail.endsWith(` is not possible. ${words}`)).toBe(true);
  });

  test('a successor that was made for another end is refused while this one covers', () => {
    const details = detailsWith({ startDate: '2027-02-01', endDate: '2028-01-31' });
    const accept = { kind: 'accept-renewal', successorId: SUCCESSOR, details } as const;
    expect(bookIn('active').command(accept)).toMatchObject({ code: 'wrong_state' });
    expect(bookIn('expired').command(accept)).toBeUndefined();
  });

  test.each([
    ['before the start it waits', STARTS_AT - 1, 'waiting'],
    ['from the first millisecond it is active', STARTS_AT, 'active'],
    ['up to the last millisecond it is active', ENDS_AT - 1, 'active'],
    ['from midnight after the end date it is expired', ENDS_AT, 'expired'],
  ] as const)('activated %s', (_when, now, status) => {
    const book = new Book(detailsWith(), now);
    book.command({ kind: 'activate' });
    expect(book.entitlement).toMatchObject({ status, startsAt: STARTS_AT, endsAt: ENDS_AT });
  });

  test('it starts and ends by itself, each at its very millisecond', () => {
    const book = bookIn('waiting');
    expect(nextInstant(book.entitlement)).toBe(STARTS_AT);
    expect(book.passTo(STARTS_AT - 1).entitlement.status).toBe('waiting');
    expect(book.passTo(STARTS_AT).entitlement.status).toBe('active');
    expect(nextInstant(book.entitlement)).toBe(ENDS_AT);
    expect(book.passTo(ENDS_AT - 1).entitlement.status).toBe('active');
    expect(book.passTo(ENDS_AT).entitlement.status).toBe('expired');
    expect(nextInstant(book.entitlement)).toBeNull();
    expect(book.rows.map((row) => row.kind)).toEqual(['created', 'activated', 'started', 'expired']);
  });

  test('a timer that fires after the whole term leaves out no step', () => {
    const book = bookIn('waiting').passTo(ENDS_AT + 1);
    expect(book.rows.map((row) => row.kind)).toEqual(['created', 'activated', 'started', 'expired']);
  });

  test.each(['draft', 'expired', 'canceled'] as const)('time passes without a trace over one that is %s', (status) => {
    const book = bookIn(status);
    const { length } = book.rows;
    expect(book.passTo(ENDS_AT * 2).rows).toHaveLength(length);
    expect(nextInstant(book.entitlement)).toBeNull();
  });

  test('a deactivated entitlement is a draft without instants, and its next activation uses the new dates', () => {
    const book = bookIn('active');
    book.command({ kind: 'deactivate' });
    expect(book.entitlement).toMatchObject({ status: 'draft', startsAt: null, endsAt: null });
    book.command({ kind: 'edit', changes: { startDate: '2026-07-01' } });
    book.command({ kind: 'activate' });
    expect(book.entitlement.status).toBe('waiting');
  });

  test('a draft without cases can be deleted, one that cases have used cannot', () => {
    const fresh = bookIn('draft');
    expect(fresh.command({ kind: 'delete' })).toBeUndefined();
    expect(fresh.entitlement.deleted).toBe(true);
    const used = activeBook().story(attach('c1'), cancel('c1'));
    used.command({ kind: 'deactivate' });
    expect(used.command({ kind: 'delete' })?.code).toBe('wrong_state');
    expect(used.entitlement.deleted).toBe(false);
  });

  test('details that do not fit make no draft', () => {
    const decided = decideCreate(detailsWith({ name: '' }), originAt(DURING), null);
    expect(decided).toMatchObject({ refused: { code: 'validation_failed', field: 'name' } });
  });

  test('attached cases go on and are counted, whatever the status', () => {
    for (const end of ['deactivate', 'cancel', 'expire'] as const) {
      const book = activeBook({ decreaseRemainingOn: 'resolution' }).story(attach('c1'), attach('c2'), attach('c3'));
      if (end === 'expire') book.passTo(ENDS_AT);
      else book.command({ kind: end });
      book.story(resolve('c1'), resolve('c2'), reactivate('c2'), cancel('c3'), reactivate('c3'), resolve('c3'));
      expect(book.remaining).toBe(8);
      expect(book.entitlement.openCases).toBe(1);
    }
  });
});
