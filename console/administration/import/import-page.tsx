import { Alert, Code, FileInput, SegmentedControl, Stack, Text } from '@mantine/core';
import { useBlocker, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../../data/me.ts';
import { Page } from '../../ui/page.tsx';
import { Empty } from '../../ui/states.tsx';
import { wordsOfName } from '../parts/words.ts';
import { FIELDS, IMPORT_KINDS, type ImportKind } from './import-choices.ts';
import { ImportProgress } from './import-progress.tsx';
import { type Mapping, mappedRows, mappingFor, problemsWith } from './mapped-rows.ts';
import { Preview } from './preview.tsx';
import { type CsvTable, readCsv, WrongFile } from './read-csv.ts';
import { useImport } from './use-import.ts';

/** Imports customers, contacts or products from a CSV file. */
export function ImportPage() {
  const { kind = 'customers' } = useSearch({ from: '/shell/administration/import' });
  const mayWrite = useMay('writeRecords');
  return (
    <Page
      title="Import"
      subtitle="Creates and updates records from a CSV file. Importing the same file again changes nothing."
    >
      {mayWrite ? (
        <ImportOf key={kind} kind={kind} />
      ) : (
        <Empty title="Your role may not import">Administrators, customizers and support managers import records.</Empty>
      )}
    </Page>
  );
}

function ImportOf({ kind }: { readonly kind: ImportKind }) {
  const navigate = useNavigate({ from: '/administration/import' });
  const [file, setFile] = useState<File | null>(null);
  const [table, setTable] = useState<CsvTable | null>(null);
  const [mapping, setMapping] = useState<Mapping>([]);
  const [wrong, setWrong] = useState<string | null>(null);
  const { state, start, stop, goOn, clear } = useImport(kind);
  const isSending = state?.status === 'sending';
  // Leaving would end it half-way; the button that stops it is beside the progress.
  useBlocker({ shouldBlockFn: () => isSending, enableBeforeUnload: () => isSending });

  const choose = async (chosen: File | null) => {
    setFile(chosen);
    setTable(null);
    setWrong(null);
    clear();
    if (chosen === null) return;
    try {
      const read = await readCsv(chosen);
      setTable(read);
      setMapping(mappingFor(read, kind));
    } catch (error) {
      if (!(error instanceof WrongFile)) throw error;
      setWrong(error.message);
    }
  };

  return (
    <Stack>
      <SegmentedControl
        aria-label="What the file holds"
        value={kind}
        disabled={isSending}
        data={IMPORT_KINDS.map((value) => ({ value, label: wordsOfName(value) }))}
        onChange={(next) => void navigate({ search: { kind: IMPORT_KINDS.find((each) => each === next) } })}
      />
      <Columns kind={kind} />
      <FileInput
        label="File"
        description="CSV in UTF-8 with a header. An empty value removes what was there."
        placeholder="Choose a file"
        styles={{ placeholder: { color: 'var(--mantine-color-dimmed)' } }}
        accept=".csv,text/csv"
        clearable
        disabled={isSending}
        clearButtonProps={{ 'aria-label': 'Remove the file' }}
        value={file}
        onChange={(chosen) => void choose(chosen)}
      />
      {wrong !== null && (
        <Alert color="red" variant="light" role="alert">
          {wrong}
        </Alert>
      )}
      {table !== null && state === null && (
        <Preview
          table={table}
          kind={kind}
          mapping={mapping}
          onMapping={setMapping}
          rows={mappedRows(table, mapping, kind)}
          problems={problemsWith(mapping, kind)}
          onStart={start}
        />
      )}
      {table !== null && state !== null && (
        <ImportProgress state={state} table={table} kind={kind} onStop={stop} onGoOn={goOn} />
      )}
    </Stack>
  );
}

const Columns = ({ kind }: { readonly kind: ImportKind }) => (
  <Text c="dimmed">
    Columns: <Code>{FIELDS[kind].required.join(', ')}</Code>; optional <Code>{FIELDS[kind].optional.join(', ')}</Code>.
    {kind === 'contacts' && ' Import customers first, because a contact needs its customer.'}
  </Text>
);
