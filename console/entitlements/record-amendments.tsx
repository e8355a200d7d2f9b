import { Badge, Button, Group, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { $api, api, type Shapes } from '../data/api.ts';
import { useMay } from '../data/me.ts';
import { ActionDialog } from '../ui/action-dialog.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { dayText, instantText, termText } from '../ui/format.ts';
import { Name } from '../ui/name.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { ReasonInput, reasonIn } from '../ui/reason-input.tsx';
import { Empty } from '../ui/states.tsx';
import { useSend } from '../ui/use-send.ts';
import { FIELD_WORDS } from './form-words.ts';
import { moneyWords } from './record-amended-words.ts';
import type { Entitlement } from './record-commands-allowed.ts';
import { PreviewShown } from './record-preview.tsx';
import { previewIn } from './record-preview-answer.ts';
import { usePreviewOnOpening } from './record-previewed.tsx';

type Amendment = Shapes['Amendment'];

const STATUS: Readonly<Record<Amendment['status'], string>> = {
  scheduled: 'lies ahead',
  applied: 'counts',
  voided: 'voided',
  taken_back: 'taken back',
  dropped: 'never counted',
};

const COUNTS: Readonly<Record<string, string>> = { now: 'at once', next_period: 'with the next period' };
const countsFrom = ({ day, effective }: Amendment): string =>
  day === null ? (COUNTS[effective] ?? effective) : dayText(day);

const TERM_WORDS: Readonly<Record<string, string>> = {
  ...FIELD_WORDS,
  restrict: FIELD_WORDS.overage,
  templateId: 'Template',
};

/** The changed terms as the form calls them. */
const fieldsWords = (after: Amendment['after']): string =>
  [...new Set(Object.keys(after).map((field) => TERM_WORDS[field] ?? field))].join(', ');

const columnsOf = (
  { allocationType, timeZone }: Entitlement,
  commands: ((amendment: Amendment) => ReactNode) | null,
): readonly Column<Amendment>[] => [
  { id: 'n', header: 'Number', cell: ({ n, voids }) => (voids === null ? String(n) : `${n}, voids ${voids}`) },
  {
    id: 'status',
    header: 'Status',
    cell: ({ status, detail }) => (
      <>
        <Badge variant="light" size="sm" tt="none" autoContrast>
          {STATUS[status]}
        </Badge>
        {detail !== null && (
          <Text size="sm" c="dimmed">
            {detail}
          </Text>
        )}
      </>
    ),
  },
  { id: 'from', header: 'Counts from', cell: countsFrom },
  { id: 'what', header: 'Changes', from: 'sm', cell: ({ after }) => <Name>{fieldsWords(after)}</Name> },
  { id: 'term', header: 'Term', from: 'sm', cell: ({ change }) => termText(change, allocationType) },
  { id: 'money', header: 'Money', from: 'sm', cell: ({ money }) => moneyWords(money) },
  { id: 'why', header: 'Why', from: 'md', cell: ({ reason, by, at }) => <Why {...{ reason, by, at, timeZone }} /> },
  ...(commands === null ? [] : [{ id: 'commands', header: 'Commands', cell: commands }]),
];

const Why = ({ reason, by, at, timeZone }: Pick<Amendment, 'reason' | 'by' | 'at'> & { readonly timeZone: string }) => (
  <>
    <Name>{reason ?? 'no reason'}</Name>
    <Text size="sm" c="dimmed">
      {by}, {instantText(at, timeZone)}
    </Text>
  </>
);

/** All amendments of an entitlement, with what can be taken back or voided. */
export function RecordAmendments({ entitlement }: { readonly entitlement: Entitlement }) {
  const found = $api.useQuery('get', '/v1/entitlements/{id}/amendments', { params: { path: { id: entitlement.id } } });
  const mayWrite = useMay('writeEntitlements');
  const [undone, setUndone] = useState<Amendment | null>(null);
  return (
    <QueryView query={found}>
      {({ items }) => {
        if (items.length === 0)
          return <Empty title="It was never amended">An amendment changes it while it runs, without a hole.</Empty>;
        const last = items.findLast(({ status, voids }) => status === 'applied' && voids === null)?.n;
        const commands = (amendment: Amendment) => (
          <Undo
            isAhead={amendment.status === 'scheduled'}
            isLast={amendment.n === last}
            onOpen={() => setUndone(amendment)}
          />
        );
        return (
          <>
            <DataTable
              caption="Amendments"
              columns={columnsOf(entitlement, mayWrite ? commands : null)}
              rows={items.toReversed()}
              idOf={({ n }) => String(n)}
            />
            {undone !== null && <UndoDialog id={entitlement.id} amendment={undone} onClose={() => setUndone(null)} />}
          </>
        );
      }}
    </QueryView>
  );
}

interface UndoProps {
  readonly isAhead: boolean;
  readonly isLast: boolean;
  readonly onOpen: () => void;
}

const Undo = ({ isAhead, isLast, onOpen }: UndoProps) =>
  isAhead || isLast ? (
    <Group gap="xs">
      <Button variant="subtle" size="compact-xs" onClick={onOpen}>
        {isAhead ? 'Take back' : 'Void'}
      </Button>
    </Group>
  ) : null;

interface UndoDialogProps {
  readonly id: string;
  readonly amendment: Amendment;
  readonly onClose: () => void;
}

async function previewOfVoid(id: string, n: number) {
  const { data } = await api.POST('/v1/entitlements/{id}/amendments/{n}/void', {
    params: { path: { id, n }, query: { preview: 'true' } },
    body: {},
  });
  return previewIn(data);
}

/** Takes back what lies ahead, or voids the last amendment that counts; shows first what a void does. */
function UndoDialog({ id, amendment: { n, status }, onClose }: UndoDialogProps) {
  const isAhead = status === 'scheduled';
  const [reason, setReason] = useState('');
  const { seen, error } = usePreviewOnOpening(() => previewOfVoid(id, n), !isAhead);
  const sending = useSend(
    async (why: string, key: string) => {
      const headers = { 'Idempotency-Key': key };
      if (isAhead)
        await api.DELETE('/v1/entitlements/{id}/amendments/{n}', {
          params: { path: { id, n }, query: reasonIn(why) },
          headers,
        });
      else
        await api.POST('/v1/entitlements/{id}/amendments/{n}/void', {
          params: { path: { id, n } },
          headers,
          body: reasonIn(why),
        });
    },
    { onDone: onClose },
  );
  return (
    <ActionDialog
      opened
      onClose={onClose}
      title={isAhead ? `Take amendment ${n} back` : `Void amendment ${n}`}
      confirm={isAhead ? 'Take it back' : 'Void it'}
      isPending={sending.isPending}
      error={sending.error ?? error}
      onConfirm={() => sending.send(reason)}
    >
      <Text>
        {isAhead
          ? 'It does not come to count.'
          : 'What it granted and charged comes back by an amendment of its own, and the fields are as they were.'}
      </Text>
      {seen !== undefined && <PreviewShown preview={seen} />}
      <ReasonInput value={reason} onChange={setReason} description="Kept in the history and the audit." />
    </ActionDialog>
  );
}
