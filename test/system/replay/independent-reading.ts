/**
 * A second reading of an incident log, for comparison only. It shares no code with replay/ or domain/ on purpose: it
 * parses, orders and counts by itself, so that a mistake there is not repeated here. It favours plainness over speed.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export interface ReadingOptions {
  /** Cases or minutes, as `unit` says. */
  total: number;
  unit: 'cases' | 'minutes';
  on: 'creation' | 'resolution';
  restrict: boolean;
}

export interface Expected {
  attached: number;
  rejected: number;
  resolved: number;
  reactivated: number;
  total: number;
  remaining: number;
}

/** What `npm run replay -- LOG --json` must write for these options. */
export function independentReading(path: string, options: ReadingOptions): Record<string, Expected> {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return readingOf(text, options);
}

/** The same from the log's text. */
export function readingOf(text: string, options: ReadingOptions): Record<string, Expected> {
  const happenings = happeningsOf(text);
  const books = new Map<string, Book>();
  for (const happening of happenings) {
    const book = books.get(happening.location) ?? new Book(options);
    books.set(happening.location, book);
    book.enter(happening);
  }
  const names = [...books.keys()].sort();
  return Object.fromEntries(names.map((name) => [name, (books.get(name) as Book).expected()]));
}

type What = 'attach' | 'resolve' | 'reactivate';

interface Happening {
  what: What;
  incident: string;
  location: string;
  minutes: number;
  /** Time, incident, row and kind: compared one after the other. */
  rank: [number, string, number, number];
}

interface Open {
  state: 'open' | 'done';
  taken: number;
}

/** One location's entitlement as a bookkeeper would keep it. */
class Book {
  private readonly cases = new Map<string, Open>();
  private readonly counts = { attached: 0, rejected: 0, resolved: 0, reactivated: 0 };
  private remaining: number;

  private readonly options: ReadingOptions;

  constructor(options: ReadingOptions) {
    this.options = options;
    this.remaining = options.total;
  }

  enter({ what, incident, minutes }: Happening): void {
    const { unit, on, restrict } = this.options;
    if (what === 'attach') {
      // Whole numbers: less than 1 case, and 0 minutes or less, are the same test.
      if (restrict && this.remaining <= 0) {
        this.counts.rejected += 1;
        return;
      }
      this.counts.attached += 1;
      const opened: Open = { state: 'open', taken: 0 };
      this.cases.set(incident, opened);
      // No row names minutes when the incident opens, so minutes take nothing yet.
      if (on === 'creation' && unit === 'cases') this.settle(opened, 1);
      return;
    }
    const known = this.cases.get(incident);
    if (known === undefined) return;
    if (what === 'resolve' && known.state === 'open') {
      known.state = 'done';
      this.counts.resolved += 1;
      this.settle(known, unit === 'cases' ? 1 : minutes);
    }
    if (what === 'reactivate' && known.state === 'done') {
      known.state = 'open';
      this.counts.reactivated += 1;
      if (on === 'resolution') this.settle(known, 0);
    }
  }

  expected(): Expected {
    return { ...this.counts, total: this.options.total, remaining: this.remaining };
  }

  private settle(entry: Open, taken: number): void {
    this.remaining += entry.taken - taken;
    entry.taken = taken;
  }
}

function happeningsOf(text: string): Happening[] {
  const [header = [], ...lines] = cellsOf(text);
  const column = (name: string) => header.indexOf(name);
  const [number, state, opened, updated, location] = [
    'number',
    'incident_state',
    'opened_at',
    'sys_updated_at',
    'location',
  ].map(column) as [number, number, number, number, number];
  const cell = (cells: string[], at: number) => cells[at] as string;
  const first = new Map<string, string[]>();
  const over = new Map<string, boolean>();
  const found: Happening[] = [];
  lines.forEach((cells, row) => {
    const incident = cell(cells, number);
    const start = first.get(incident) ?? cells;
    const add = (what: What, kind: number, at: number) => {
      const minutes = Math.max(0, at - clock(cell(start, opened)));
      found.push({ what, incident, location: cell(start, location), minutes, rank: [at, incident, row, kind] });
    };
    if (start === cells) {
      first.set(incident, cells);
      add('attach', 0, clock(cell(cells, opened)));
    }
    const isOver = cell(cells, state) === 'Resolved' || cell(cells, state) === 'Closed';
    const wasOver = over.get(incident) ?? false;
    if (isOver && !wasOver) add('resolve', 1, clock(cell(cells, updated)));
    if (!isOver && wasOver) add('reactivate', 2, clock(cell(cells, updated)));
    over.set(incident, isOver);
  });
  return found.sort(earlier);
}

function earlier(a: Happening, b: Happening): number {
  for (const place of [0, 1, 2, 3] as const) {
    if (a.rank[place] < b.rank[place]) return -1;
    if (a.rank[place] > b.rank[place]) return 1;
  }
  return 0;
}

/** Minutes since 1970 of `dd-mm-yyyy HH:MM`. */
function clock(text: string): number {
  const iso = `${text.slice(6, 10)}-${text.slice(3, 5)}-${text.slice(0, 2)}T${text.slice(11, 16)}:00Z`;
  const minutes = Date.parse(iso) / 60_000;
  if (Number.isNaN(minutes)) throw new Error(`not a time: ${text}`);
  return minutes;
}

/** Cells of CSV text, with quotes; an empty line is no row. */
function cellsOf(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let value = '';
  let quoted = false;
  const endRow = () => {
    row.push(value);
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
    value = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quoted) {
      if (char !== '"') value += char;
      else if (text.charAt(at + 1) === '"') {
        value += '"';
        at += 1;
      } else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === ',') {
      row.push(value);
      value = '';
    } else if (char === '\n') endRow();
    else if (char !== '\r' && char !== '\uFEFF') value += char;
  }
  if (value !== '' || row.length > 0) endRow();
  return rows;
}
