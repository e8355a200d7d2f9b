import { useNavigate, useParams } from '@tanstack/react-router';
import { $api } from '../../data/api.ts';
import { useMay } from '../../data/me.ts';
import { instantText } from '../../ui/format.ts';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { SlaForm } from './sla-form.tsx';

/** A new service level. */
export function NewSlaPage() {
  const navigate = useNavigate();
  const mayWrite = useMay('writeRecords');
  return (
    <Page
      title="New service level"
      subtitle={
        mayWrite
          ? 'How soon a case must be answered and resolved, in the hours of a calendar.'
          : 'Your role may not make service levels. You can try out what one would promise.'
      }
    >
      <SlaForm
        sla={undefined}
        mayWrite={mayWrite}
        onDone={({ id }) =>
          void navigate({ to: '/administration/slas/$id', params: { id }, search: { at: undefined, zone: undefined } })
        }
      />
    </Page>
  );
}

/** One service level: what it promises, and what that comes to at a moment that one chooses. */
export function SlaPage() {
  const { id } = useParams({ from: '/shell/administration/slas/$id' });
  const mayWrite = useMay('writeRecords');
  const sla = $api.useQuery('get', '/v1/slas/{id}', { params: { path: { id } } });
  if (sla.data === undefined)
    return (
      <Page title="Service level">
        <QueryView query={sla}>{() => null}</QueryView>
      </Page>
    );
  const { name, updatedAt } = sla.data;
  return (
    <Page
      title={name}
      subtitle={
        <>
          Service level <bdi>{id}</bdi>, changed {instantText(updatedAt)}. Cases that are attached already keep their
          due times.
        </>
      }
    >
      <SlaForm key={id} sla={sla.data} mayWrite={mayWrite} onDone={() => undefined} />
    </Page>
  );
}
