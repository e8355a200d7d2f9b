import { Button } from '@mantine/core';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { $api } from '../../data/api.ts';
import { useMay } from '../../data/me.ts';
import { channelsText, overageText, renewalPolicyText, totalText } from '../../terms/terms-words.ts';
import { FactList } from '../../ui/fact-list.tsx';
import { instantText } from '../../ui/format.ts';
import { Name } from '../../ui/name.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { DeleteTemplateDialog } from './delete-template-dialog.tsx';
import { TemplateForm } from './template-form.tsx';
import { durationText, type Template } from './template-words.ts';

/** A new template. */
export function NewTemplatePage() {
  const navigate = useNavigate();
  const mayWrite = useMay('writeEntitlements');
  return (
    <Page
      title="New template"
      subtitle={mayWrite ? 'The terms that many entitlements share.' : 'Your role may not make templates.'}
    >
      {mayWrite && (
        <TemplateForm
          template={undefined}
          onDone={({ id }) => void navigate({ to: '/administration/templates/$id', params: { id } })}
        />
      )}
    </Page>
  );
}

/** One template: its terms, in a form for those who may change them. */
export function TemplatePage() {
  const { id } = useParams({ from: '/shell/administration/templates/$id' });
  const template = $api.useQuery('get', '/v1/templates/{id}', { params: { path: { id } } });
  if (template.data !== undefined) return <KnownTemplate key={id} template={template.data} />;
  return (
    <Page title="Template">
      <QueryView query={template}>{() => null}</QueryView>
    </Page>
  );
}

function KnownTemplate({ template }: { readonly template: Template }) {
  const { id, name, updatedAt } = template;
  const mayWrite = useMay('writeEntitlements');
  const navigate = useNavigate();
  const [isRemoving, setIsRemoving] = useState(false);
  return (
    <Page
      title={name}
      subtitle={
        <>
          Template <bdi>{id}</bdi>, changed {instantText(updatedAt)}
        </>
      }
      actions={
        mayWrite && (
          <>
            <Button
              variant="light"
              renderRoot={(props) => (
                <Link {...props} to={`/entitlements/new?${new URLSearchParams({ template: id })}`} />
              )}
            >
              New entitlement
            </Button>
            <Button variant="default" onClick={() => setIsRemoving(true)}>
              Delete
            </Button>
          </>
        )
      }
    >
      {mayWrite ? <TemplateForm template={template} onDone={() => undefined} /> : <TemplateFacts template={template} />}
      {isRemoving && (
        <DeleteTemplateDialog
          id={id}
          name={name}
          onClose={() => setIsRemoving(false)}
          leave={() => navigate({ to: '/administration/templates', search: { cursor: undefined, remove: undefined } })}
        />
      )}
    </Page>
  );
}

const TemplateFacts = ({ template }: { readonly template: Template }) => (
  <FactList
    facts={[
      ['Tier', template.tier === null ? 'none' : <Name key="t">{template.tier}</Name>],
      ['Total', totalText(template)],
      ['Lasts', durationText(template)],
      ['Channels', <Name key="c">{channelsText(template)}</Name>],
      ['Cases beyond the total', overageText(template)],
      ['SLA', template.slaId === null ? 'none' : <Name key="s">{template.slaId}</Name>],
      ['Products', template.productIds.length === 0 ? 'all' : <Name key="p">{template.productIds.join(', ')}</Name>],
      ['Time zone', template.timeZone ?? "the customer's"],
      ['Renewal', <Name key="r">{renewalPolicyText(template)}</Name>],
      ['Description', template.description === null ? 'none' : <Name key="d">{template.description}</Name>],
    ]}
  />
);
