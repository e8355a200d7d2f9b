import { Anchor } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { $api } from '../data/api.ts';
import { useMay, useMe } from '../data/me.ts';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Empty } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { readDraft } from './form-draft.ts';
import { FormEditor } from './form-editor.tsx';
import { type Entitlement, valuesOf } from './form-values.ts';

/** Changes an entitlement: a draft as it is, an active or waiting one by way of a draft. */
export function EditEntitlementPage() {
  const { id } = useParams({ from: '/shell/entitlements/$id/edit' });
  const read = $api.useQuery('get', '/v1/entitlements/{id}', { params: { path: { id } } });
  return <QueryView query={read}>{(record) => <Edit key={record.id} record={record} />}</QueryView>;
}

function Edit({ record }: { readonly record: Entitlement }) {
  const mayWrite = useMay('writeEntitlements');
  const me = useMe();
  const { id, name, status } = record;
  const isOver = status === 'expired' || status === 'canceled';
  // What was typed before it ended stays in sight.
  const hasDraft = readDraft(id, me?.name ?? '') !== null;
  const back = (
    <Anchor component={Link} to={`/entitlements/${id}`}>
      Go to the entitlement
    </Anchor>
  );
  return (
    <Page title={`Edit ${name}`} beside={<StatusBadge status={status} />}>
      {!mayWrite && (
        <Empty title="Your role cannot change entitlements" action={back}>
          A CSR manager or an administrator can.
        </Empty>
      )}
      {mayWrite && isOver && !hasDraft && (
        <Empty title={`It is ${status} and cannot be changed`} action={back}>
          Renew it: its successor is a draft that you can edit.
        </Empty>
      )}
      {mayWrite && (!isOver || hasDraft) && <FormEditor draftName={id} record={record} initial={valuesOf(record)} />}
    </Page>
  );
}
