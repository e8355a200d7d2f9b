import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload, IconPlayerStop } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { wordsOf } from '../data/api-problem.ts';
import { EXPORT_MOST_ROWS, readCsv } from '../data/csv-export.ts';
import { downloadCsv } from './download.ts';
import { numberText } from './format.ts';

/** Reads one page of a list as CSV: `api.GET(…, { params, parseAs: 'text', signal })` with `format: 'csv'`. */
export type ReadCsvPage = (
  cursor: string | undefined,
  signal: AbortSignal,
) => Promise<{ data?: string; response: Response }>;

interface ExportButtonProps {
  /** The name of the file without its ending. */
  readonly name: string;
  readonly read: ReadCsvPage;
}

/** Makes a file of CSV of the list with its present filters. A second click stops it. */
export function ExportButton({ name, read }: ExportButtonProps) {
  const [rows, setRows] = useState<number | null>(null);
  const abort = useRef<AbortController | null>(null);
  const start = async () => {
    const controller = new AbortController();
    abort.current = controller;
    setRows(0);
    try {
      const { text, isWhole } = await readCsv((cursor) => read(cursor, controller.signal), setRows);
      if (controller.signal.aborted) return;
      downloadCsv(`${name}.csv`, text);
      if (!isWhole)
        notifications.show({
          color: 'yellow',
          title: 'The file does not hold all rows',
          message: `It holds the first ${numberText(EXPORT_MOST_ROWS)}. Narrow the list to get the others.`,
          autoClose: false,
        });
    } catch (error) {
      if (!controller.signal.aborted)
        notifications.show({ color: 'red', title: 'No file was made', message: wordsOf(error), autoClose: false });
    } finally {
      setRows(null);
    }
  };
  if (rows !== null)
    return (
      <Button
        variant="default"
        leftSection={<IconPlayerStop size={15} aria-hidden />}
        onClick={() => abort.current?.abort()}
      >
        Stop the export ({numberText(rows)} rows)
      </Button>
    );
  return (
    <Button variant="default" leftSection={<IconDownload size={15} aria-hidden />} onClick={() => void start()}>
      Export CSV
    </Button>
  );
}
