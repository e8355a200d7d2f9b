import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';

/** What spreadsheets put between values, depending on the country and the format. */
const DELIMITERS = [',', ';', '\t'] as const;
/**
 * Far more than a header or a row holds. A quote that is never closed is noticed here, before it swallows the whole
 * file.
 */
const MAX_RECORD_BYTES = 65_536;
const LINE_END = /\r\n|\r|\n/g;

export interface CsvRecord {
  /** The line of the file that it begins on, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** The text is not CSV. Line and column, both counted from 1, say where. */
export class CsvFault extends Error {
  override readonly name = 'CsvFault';
  readonly line: number;
  readonly column: number;

  constructor(line: number, column: number, message: string) {
    super(message);
    this.line = line;
    this.column = column;
  }
}

interface Options {
  /** Whether to remove blanks around values. */
  readonly trim: boolean;
}

/**
 * Reads CSV as spreadsheets write it, record by record. Values are separated by commas, semicolons or tabs, whichever
 * the header has most of; lines end in LF, CR LF or CR. Rows without any value are left out. Throws `CsvFault`.
 */
export async function* csvRecords(source: Readable, { trim }: Options): AsyncGenerator<CsvRecord> {
  const { header, whole } = await peekHeader(source);
  let nextLine = 1;
  /** The first lines of the records that the parser has read and this generator has not yielded yet. */
  const lines: number[] = [];
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(header),
    relax_column_count: true,
    // At each line end the parser takes the first of these that fits.
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: MAX_RECORD_BYTES,
    trim,
    raw: true,
    // Called for each record as it is read, so that an error in a later record does not lose its line.
    on_record: (record, { raw = '' }) => {
      lines.push(nextLine);
      nextLine += breaksIn(raw);
      return record;
    },
  });
  whole.once('error', (error) => parser.destroy(error));
  try {
    for await (const record of whole.pipe(parser)) {
      const { record: cells } = record as Raw;
      const line = lines.shift() ?? 0;
      if (cells.some((cell) => cell.trim() !== '')) yield { line, cells };
    }
  } catch (error) {
    throw error instanceof CsvError ? faultOf(error, nextLine) : error;
  } finally {
    source.destroy();
  }
}

/** The names in a header, without blanks around them and without the empty ones that trailing delimiters make. */
export function headerNames(cells: readonly string[]): readonly string[] {
  const names = cells.map((cell) => cell.trim());
  return names.slice(0, names.findLastIndex((name) => name !== '') + 1);
}

/** The values under a header of this width, without the empty ones past it that trailing delimiters make. */
export function valuesUnder(width: number, cells: readonly string[]): readonly string[] {
  return cells.slice(width).every((cell) => cell.trim() === '') ? cells.slice(0, width) : cells;
}

/** A record as the parser gives it when `raw` is set. */
interface Raw {
  readonly record: readonly string[];
}

const breaksIn = (text: string): number => text.match(LINE_END)?.length ?? 0;

/** Reads to the end of the first line with text. `whole` gives this part again, and then the rest. */
async function peekHeader(source: Readable): Promise<{ header: string; whole: Readable }> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const read: Buffer[] = [];
  let bytes = 0;
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    const chunk = Buffer.from(next.value);
    read.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_RECORD_BYTES || /[^\r\n][\r\n]/.test(Buffer.concat(read).toString('latin1'))) break;
  }
  const whole = async function* () {
    yield* read;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  };
  const [header = ''] = Buffer.concat(read)
    .toString('latin1')
    .trimStart()
    .split(/[\r\n]/, 1);
  return { header, whole: Readable.from(whole()) };
}

/**
 * The delimiter that the header has most of; a comma when it has none. The parser's own `delimiter_auto` is no help: it
 * counts the characters of the first 2 kB instead of the header's, and fails on text that is not ASCII.
 */
function delimiterOf(header: string): string {
  const unquoted = header.replaceAll(/"[^"]*"/g, '');
  const count = (delimiter: string) => unquoted.split(delimiter).length;
  return DELIMITERS.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}

/**
 * `line` is where the broken record begins. The parser's own count is not used: it takes a CR LF within quotes for two
 * lines.
 */
function faultOf(error: CsvError, line: number): CsvFault {
  const raw = typeof error.raw === 'string' ? error.raw : '';
  const isOpen = error.code === 'CSV_QUOTE_NOT_CLOSED' || error.code === 'CSV_MAX_RECORD_SIZE';
  const before = isOpen ? raw.slice(0, openQuoteIn(raw)) : raw;
  const column = typeof error.column === 'number' ? error.column + 1 : 1;
  return new CsvFault(line + breaksIn(before), column, FAULTS[error.code] ?? error.message);
}

/** The position of the quote that is not closed; 0 when all are closed. */
function openQuoteIn(raw: string): number {
  let opened = 0;
  let isOpen = false;
  for (let at = raw.indexOf('"'); at >= 0; at = raw.indexOf('"', at + 1)) {
    isOpen = !isOpen;
    // A doubled quote belongs to the value: it opens nothing, because the value was open before.
    if (isOpen && raw[at - 1] !== '"') opened = at;
  }
  return isOpen ? opened : 0;
}

const FAULTS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened here and never closed',
  CSV_MAX_RECORD_SIZE: 'the row that begins here does not end: is a quote never closed',
  CSV_INVALID_CLOSING_QUOTE:
    'after a closing quote comes neither a delimiter nor the end; a quote within a value is doubled',
  INVALID_OPENING_QUOTE:
    'a quote stands within a value that is not quoted as a whole; a quote within a value is doubled',
};
