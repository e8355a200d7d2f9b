import { useNavigate, useSearch } from '@tanstack/react-router';
import { $api } from '../data/api.ts';
import { useMay } from '../data/me.ts';
import { TemplatePicker } from '../pickers/template-picker.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Empty } from '../ui/states.tsx';
import { FormEditor } from './form-editor.tsx';
import { A_YEAR, blankValues, valuesOfTemplate } from './form-values.ts';

/** A new entitlement: blank, or with the terms of a template. */
export function NewEntitlementPage() {
  const { template, customer } = useSearch({ from: '/shell/entitlements/new' });
  const mayWrite = useMay('writeEntitlements');
  if (!mayWrite)
    return (
      <Page title="New entitlement">
        <Empty title="Your role cannot make entitlements">A CSR manager or an administrator can.</Empty>
      </Page>
    );
  return (
    <Page title="New entitlement">
      {template === undefined ? (
        <Blank customer={customer} />
      ) : (
        <FromTemplate template={template} customer={customer} />
      )}
    </Page>
  );
}

interface Start {
  readonly template?: string | undefined;
  readonly customer: string | undefined;
}

const draftName = ({ template = '', customer = '' }: Start): string => `new ${template} ${customer}`;

function Blank({ customer }: Start) {
  const name = draftName({ customer });
  return (
    <FormEditor key={name} draftName={name} record={null} initial={blankValues(customer ?? null)} duration={A_YEAR}>
      {({ customer: chosen }) => <StartFrom template={null} customer={chosen} />}
    </FormEditor>
  );
}

function FromTemplate({ template, customer }: Start & { readonly template: string }) {
  const read = $api.useQuery('get', '/v1/templates/{id}', { params: { path: { id: template } } });
  const name = draftName({ template, customer });
  return (
    <QueryView query={read}>
      {(found) => (
        <FormEditor
          key={name}
          draftName={name}
          record={null}
          initial={valuesOfTemplate(found, customer ?? null)}
          templateId={template}
          duration={found.duration}
        >
          {({ customer: chosen }) => <StartFrom template={template} customer={chosen} />}
        </FormEditor>
      )}
    </QueryView>
  );
}

interface StartFromProps {
  readonly template: string | null;
  readonly customer: string | null;
}

/** Chooses the template: the form begins anew with its terms. */
function StartFrom({ template, customer }: StartFromProps) {
  const navigate = useNavigate();
  return (
    <TemplatePicker
      label="Start from the template"
      description="The form begins anew with its terms; each can be changed. Empty: a blank form."
      value={template}
      onChange={(id) =>
        void navigate({
          to: '/entitlements/new',
          search: { template: id ?? undefined, customer: customer ?? undefined },
        })
      }
    />
  );
}
