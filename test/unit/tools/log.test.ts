import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { BUNDLED_LOG } from '../../../tools/replay/bundled-log.ts';
import { type LogEvent, readLog, readLogFrom } from '../../../tools/replay/log.ts';
import { independentReading, type ReadingOptions, readingOf } from '../../support/independent-reading.ts';

const HEADER = 'number,incident_state,caller_id,opened_at,sys_updated_at,contact_type,location,category';

/** A row of incident `number`, opened on 1 March 2016 at 10:00 unless said otherwise. */
const row = (
  number: string,
  state: string,
  updated: string,
  rest: Partial<Record<'opened' | 'caller' | 'channel' | 'location' | 'category', string>> = {},
) => {
  const {
    opened = '01-03-2016 10:00',
    caller = 'Caller 1',
    channel = 'Phone',
    location = 'Location 1',
    category = 'Category 1',
  } = rest;
  return [number, state, caller, opened, updated, channel, location, category].join(',');
};

const read = (...lines: string[]) => readLogFrom(Readable.from([`${[HEADER, ...lines].join('\n')}\n`]), 'test.csv');

const brief = (events: readonly LogEvent[]) =>
  events.map((event) => `${event.kind} ${event.incident}${event.kind === 'resolve' ? ` ${event.minutes}` : ''}`);

describe('reading a log', () => {
  test('the first row attaches at opened_at, and the first done row resolves with whole minutes since', async () => {
    const events = await read(row('A', 'New', '01-03-2016 10:05'), row('A', 'Resolved', '02-03-2016 11:30'));
    expect(brief(events)).toEqual(['attach A', 'resolve A 1530']);
    expect(events[0]).toMatchObject({
      location: 'Location 1',
      caller: 'Caller 1',
      channel: 'Phone',
      category: 'Category 1',
      row: 1,
    });
  });

  test('a first row that is done attaches and resolves', async () => {
    expect(brief(await read(row('A', 'Closed', '01-03-2016 10:00')))).toEqual(['attach A', 'resolve A 0']);
  });

  test('Closed after Resolved is nothing, and so is a second Resolved', async () => {
    const rows = ['Resolved', 'Resolved', 'Closed'].map((state, hour) => row('A', state, `01-03-2016 1${hour}:30`));
    expect(brief(await read(...rows))).toEqual(['attach A', 'resolve A 30']);
  });

  test('a row that is neither after one that is reactivates, and resolving again counts from opening', async () => {
    const rows = ['Resolved', 'Active', 'Awaiting User Info', 'Closed'].map((state, hour) =>
      row('A', state, `01-03-2016 1${hour}:30`),
    );
    expect(brief(await read(...rows))).toEqual(['attach A', 'resolve A 30', 'reactivate A', 'resolve A 210']);
  });

  test('what was updated before it was opened has 0 minutes and keeps its time for the order', async () => {
    expect(brief(await read(row('A', 'Resolved', '01-03-2016 09:00')))).toEqual(['resolve A 0', 'attach A']);
  });

  test('? is a missing value, but a location like any other', async () => {
    const [attach] = await read(row('A', 'New', '?', { caller: '?', channel: '?', category: '?', location: '?' }));
    expect(attach).toMatchObject({ kind: 'attach', location: '?', caller: null, channel: null, category: null });
  });

  test('an incident stays with the location and category of its first row', async () => {
    const events = await read(
      row('A', 'New', '01-03-2016 10:00'),
      row('A', 'Closed', '01-03-2016 10:01', { location: 'Location 2' }),
    );
    expect(events.map(({ location }) => location)).toEqual(['Location 1', 'Location 1']);
  });

  test('the same minute is ordered by incident number, then row, then attach before resolve before reactivate', async () => {
    const at = '01-03-2016 10:00';
    const events = await read(
      row('B', 'Closed', at),
      row('A', 'Resolved', at),
      row('A', 'New', at),
      row('A', 'Closed', at),
    );
    expect(brief(events)).toEqual([
      'attach A',
      'resolve A 0',
      'reactivate A',
      'resolve A 0',
      'attach B',
      'resolve B 0',
    ]);
  });

  test('rows of an incident need not stand together', async () => {
    const events = await read(row('A', 'New', '?'), row('B', 'New', '?'), row('A', 'Closed', '01-03-2016 10:01'));
    expect(brief(events)).toEqual(['attach A', 'attach B', 'resolve A 1']);
  });

  test('quoted fields, CRLF, a byte order mark, and other columns in another order are read', async () => {
    const text =
      '\uFEFFlocation,number,extra,opened_at,incident_state,sys_updated_at,caller_id,contact_type,category\r\n' +
      '"North, ""old""\nhall",A,x,01-03-2016 10:00,Closed,01-03-2016 10:07,C,Phone,K\r\n';
    const events = await readLogFrom(Readable.from([text]), 'test.csv');
    expect(brief(events)).toEqual(['attach A', 'resolve A 7']);
    expect(events[0]?.location).toBe('North, "old"\nhall');
    expect(Object.keys(readingOf(text, { total: 1, unit: 'cases', on: 'creation', restrict: true }))).toEqual([
      'North, "old"\nhall',
    ]);
  });
});

describe('a log that cannot be played is refused as a whole', () => {
  test('a time that no calendar has, by line and field', async () => {
    const bad = read(row('A', 'New', '01-03-2016 10:00'), row('B', 'New', '31-02-2016 10:00', { opened: 'soon' }));
    await expect(bad).rejects.toThrow(
      /^test\.csv cannot be played: line 3, opened_at: "soon" is not .*; line 3, sys_updated_at: "31-02-2016 10:00"/,
    );
  });

  test('the line is that of the file, also after a value over two lines', async () => {
    const bad = read(row('A', 'New', '?', { location: '"two\nlines"' }), row('B', 'New', 'never'));
    await expect(bad).rejects.toThrow(/line 4, sys_updated_at/);
  });

  test('an event without a time', async () => {
    await expect(read(row('A', 'Closed', '?'))).rejects.toThrow(/line 2, sys_updated_at: the time is missing/);
    await expect(read(row('A', 'New', '?', { opened: '?' }))).rejects.toThrow(/line 2, opened_at: the time is missing/);
  });

  test('a row without a number, too short, or with a stray quote', async () => {
    await expect(read(row('?', 'New', '?'))).rejects.toThrow(/line 2, number/);
    await expect(read('A,New')).rejects.toThrow(/line 2, row: 2 values under a header of 8/);
    await expect(read('A,"New"x,C,,,,,')).rejects.toThrow(/line 2, column 2: after a closing quote/);
  });

  test('a file with another header says so, however long it is', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'log-')), 'other.csv');
    await writeFile(path, `name,value\n${'a,b\n'.repeat(100_000)}`);
    await expect(readLog(path)).rejects.toThrow(/line 1, number: the header has no such column/);
    await rm(dirname(path), { recursive: true });
  });

  test('a missing column, no header, no file', async () => {
    const noLocation = readLogFrom(Readable.from(['number,incident_state\n']), 'test.csv');
    await expect(noLocation).rejects.toThrow(/line 1, location: the header has no such column/);
    await expect(readLogFrom(Readable.from(['']), 'test.csv')).rejects.toThrow('test.csv is empty');
    await expect(readLog('no-such.csv')).rejects.toThrow('There is no log at no-such.csv.');
    await expect(readLogFrom(Readable.from([Buffer.from('plain')]), 'x.csv.gz')).rejects.toThrow(
      /^x\.csv\.gz cannot be read/,
    );
  });
});

/** The four that the project promises, with what the bundled log comes to. */
const OPTION_SETS: readonly ReadingOptions[] = [
  { total: 20, unit: 'cases', on: 'creation', restrict: true },
  { total: 20, unit: 'cases', on: 'creation', restrict: false },
  { total: 20, unit: 'cases', on: 'resolution', restrict: true },
  { total: 60_000, unit: 'minutes', on: 'resolution', restrict: false },
];

describe('the bundled log', () => {
  test('holds 450 incidents at 60 locations (three more are only moved to)', async () => {
    const events = await readLog(BUNDLED_LOG);
    expect(events.filter(({ kind }) => kind === 'attach')).toHaveLength(450);
    expect(new Set(events.map(({ location }) => location)).size).toBe(60);
  });

  test.each(OPTION_SETS)('its events, counted plainly, are what an independent reading finds: %o', async (options) => {
    expect(plainCount(await readLog(BUNDLED_LOG), options)).toEqual(independentReading(BUNDLED_LOG, options));
  });
});

/** Counts events in order with nothing but a number a location; the four option sets need no more. */
function plainCount(events: readonly LogEvent[], { total, unit, on, restrict }: ReadingOptions) {
  const none = () => ({ attached: 0, rejected: 0, resolved: 0, reactivated: 0, total, remaining: total });
  const locations = new Map(events.map(({ location }) => [location, none()]));
  const taken = new Map<string, number>();
  for (const event of events) {
    const counts = locations.get(event.location) ?? none();
    const before = taken.get(event.incident);
    if (event.kind === 'attach' && restrict && counts.remaining < 1) counts.rejected += 1;
    else if (event.kind === 'attach') {
      counts.attached += 1;
      const term = on === 'creation' ? 1 : 0;
      counts.remaining -= term;
      taken.set(event.incident, term);
    } else if (before !== undefined) {
      counts[event.kind === 'resolve' ? 'resolved' : 'reactivated'] += 1;
      if (on === 'creation') continue;
      const resolvedTerm = unit === 'cases' ? 1 : event.kind === 'resolve' ? event.minutes : 0;
      const term = event.kind === 'resolve' ? resolvedTerm : 0;
      counts.remaining += before - term;
      taken.set(event.incident, term);
    }
  }
  return Object.fromEntries(locations);
}
