/** A list that the API gives out as CSV, page by page, put together into one file. */

/** The rows of one page. The API allows no more. */
export const EXPORT_PAGE_ROWS = 1_000;
/** One file holds no more: a browser keeps it in memory, and a spreadsheet has to open it. */
export const EXPORT_MOST_ROWS = 100_000;

interface CsvPage {
  readonly data?: string | undefined;
  readonly response: Response;
}

export interface CsvExport {
  readonly text: string;
  /** False: the list has more rows than one file holds. */
  readonly isWhole: boolean;
}

const HEADER_END = '\r\n';

/**
 * Reads the pages one after the other; `onRows` is told how many rows were read so far. Throws what a read throws, so
 * that a file is either whole or not made.
 */
export async function readCsv(
  read: (cursor: string | undefined) => Promise<CsvPage>,
  onRows: (rows: number) => void,
): Promise<CsvExport> {
  const parts: string[] = [];
  let cursor: string | undefined;
  for (let rows = 0; rows < EXPORT_MOST_ROWS; rows += EXPORT_PAGE_ROWS) {
    const { data = '', response } = await read(cursor);
    parts.push(parts.length === 0 ? data : data.slice(data.indexOf(HEADER_END) + HEADER_END.length));
    cursor = nextCursor(response);
    if (cursor === undefined) return { text: parts.join(''), isWhole: true };
    onRows(rows + EXPORT_PAGE_ROWS);
  }
  return { text: parts.join(''), isWhole: false };
}

function nextCursor(response: Response): string | undefined {
  const address = /^<(.+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
  if (address === undefined) return undefined;
  return new URL(address, window.location.origin).searchParams.get('cursor') ?? undefined;
}
