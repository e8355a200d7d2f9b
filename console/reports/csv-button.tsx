import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { wordsOf } from '../data/api-problem.ts';

/** One page of a report as CSV, and the answer that it came with: its `Link` header names the next page. */
export type ReadCsv = (cursor: string | undefined) => Promise<{ readonly data?: unknown; readonly response: Response }>;

/** With 1,000 rows a page, more than a spreadsheet takes. */
const MOST_PAGES = 1_000;

/** All rows of the report, not only those of this page, as a file. */
export function CsvButton({ name, read }: { readonly name: string; readonly read: ReadCsv }) {
  const [isReading, setReading] = useState(false);
  const download = async () => {
    setReading(true);
    try {
      save(`${name}.csv`, await allPages(read));
    } catch (error) {
      notifications.show({ color: 'red', title: 'The file was not made', message: wordsOf(error) });
    } finally {
      setReading(false);
    }
  };
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={16} aria-hidden />}
      loading={isReading}
      onClick={() => void download()}
    >
      Download CSV
    </Button>
  );
}

async function allPages(read: ReadCsv): Promise<string> {
  let csv = '';
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { data, response } = await read(cursor);
    const text = typeof data === 'string' ? data : '';
    csv += page === 0 ? text : withoutHeader(text);
    cursor = nextCursor(response);
    if (cursor === undefined) return csv;
  }
  throw new Error('The report has too many rows for one file. Narrow it with the filters.');
}

/** The header is one line: its names hold no line ends. */
const withoutHeader = (csv: string): string => csv.slice(csv.indexOf('\n') + 1);

function nextCursor(response: Response): string | undefined {
  const next = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
  if (next === undefined) return undefined;
  return new URL(next, window.location.origin).searchParams.get('cursor') ?? undefined;
}

function save(name: string, csv: string): void {
  const address = URL.createObjectURL(new Blob([csv], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
