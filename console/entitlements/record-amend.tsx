import { Radio, Stack, Text } from '@mantine/core';
import { type UseFormReturnType, useForm } from '@mantine/form';
import { useCallback, useEffect, useLayoutEffect, useMemo, useState } from 'react';
import { api, type Shapes } from '../data/api.ts';
import { ReasonInput } from '../ui/reason-input.tsx';
import { DayInput } from './form-parts.tsx';
import { missingIn } from './form-rules.ts';
import { type FormValues, valuesOf } from './form-values.ts';
import {
  type AmendSection,
  type Asked,
  amendErrorsOf,
  amendmentOf,
  amendSectionsOf,
  NOTHING_ASKED,
  rebased,
} from './record-amend-changes.ts';
import { AmendSections } from './record-amend-sections.tsx';
import type { Entitlement } from './record-commands-allowed.ts';
import { previewIn } from './record-preview-answer.ts';
import { PreviewedDialog, usePreviewed } from './record-previewed.tsx';

type Body = Shapes['AmendmentInput'];
type Preview = Shapes['AmendmentPreview'];

async function look(id: string, body: Body): Promise<Preview> {
  const { data } = await api.POST('/v1/entitlements/{id}/amendments', {
    params: { path: { id }, query: { preview: 'true' } },
    body,
  });
  return previewIn(data);
}

/**
 * The terms as a person changes them, and what they were when the dialog opened. Until `isHeld` a term that nobody here
 * has changed follows the record.
 */
function useTerms(entitlement: Entitlement, isHeld: boolean) {
  const [base, setBase] = useState(() => ({ values: valuesOf(entitlement), version: entitlement.version }));
  const form = useForm<FormValues>({ initialValues: base.values, validate: missingIn });
  const { values, setValues } = form;
  // A layout effect runs before anybody can type.
  useLayoutEffect(() => {
    if (isHeld || entitlement.version <= base.version) return;
    const present = valuesOf(entitlement);
    setValues(rebased(base.values, values, present));
    setBase({ values: present, version: entitlement.version });
  }, [entitlement, base, values, isHeld, setValues]);
  return { form, base: base.values };
}

/** The sections that are open, and a way to open those of some fields and to go to the first of these. */
function useSections() {
  const [open, setOpen] = useState<readonly AmendSection[]>(['amount']);
  const [focus, setFocus] = useState<readonly string[]>([]);
  const show = useCallback((paths: readonly string[]) => {
    const needed = amendSectionsOf(paths);
    setOpen((now) => [...now, ...needed.filter((section) => !now.includes(section))]);
    setFocus(paths);
  }, []);
  // The section has to be open before a field in it can have the focus.
  useEffect(() => {
    const nodes = focus.map((path) => document.querySelector<HTMLElement>(`[data-path="${path}"]`));
    nodes.find((node) => node !== null)?.focus();
  }, [focus]);
  return { open, setOpen, show };
}

interface AmendDialogProps {
  readonly entitlement: Entitlement;
  readonly onClose: () => void;
}

/** Changes a running contract: first shows what it would do, then does exactly that. */
export function AmendDialog({ entitlement, onClose }: AmendDialogProps) {
  const { id, allocationType, period, timeZone } = entitlement;
  // What was previewed or sent must stay the same content, whatever the page reads meanwhile.
  const [isHeld, setHeld] = useState(false);
  const { form: terms, base } = useTerms(entitlement, isHeld);
  const asked = useForm<Asked>({
    initialValues: NOTHING_ASKED,
    validate: {
      day: (day, { when }) => (when === 'day' && day === '' ? 'Give the day.' : null),
      reason: (reason) => (reason.trim() === '' ? 'Say why it is amended.' : null),
    },
  });
  const { when } = asked.values;
  const { open, setOpen, show } = useSections();
  const [isUnchanged, setUnchanged] = useState(false);
  const body = amendmentOf(base, terms.values, asked.values);
  const hasChanges = Object.keys(body.changes).length > 0;
  const previewed = usePreviewed({
    body,
    look: (asking: Body) => look(id, asking),
    make: ({ body: made, seen: { token } }, key) =>
      api.POST('/v1/entitlements/{id}/amendments', {
        params: { path: { id } },
        headers: { 'Idempotency-Key': key },
        body: token === null ? made : { ...made, token },
      }),
    onDone: onClose,
  });
  const { error } = previewed;

  const { setErrors: setTermErrors } = terms;
  const { setErrors: setAskedErrors } = asked;
  const refused = useMemo(() => amendErrorsOf(error, when), [error, when]);
  useEffect(() => {
    setTermErrors(refused.terms);
    setAskedErrors(refused.asked);
    show([...Object.keys(refused.terms), ...Object.keys(refused.asked)]);
  }, [refused, setTermErrors, setAskedErrors, show]);

  const confirm = () => {
    const [missing, unasked] = [terms.validate(), asked.validate()];
    setUnchanged(!hasChanges);
    if (missing.hasErrors || unasked.hasErrors)
      return show([...Object.keys(missing.errors), ...Object.keys(unasked.errors)]);
    if (!hasChanges) return;
    setHeld(true);
    previewed.confirm();
  };

  return (
    <PreviewedDialog
      title="Amend the entitlement"
      confirm="Amend"
      size="lg"
      noValidate
      previewed={previewed}
      isPlaced={refused.isPlaced}
      onConfirm={confirm}
      onReload={() => setHeld(false)}
      onClose={onClose}
    >
      <Text>
        The contract goes on without a hole in its cover. What you do not change stays. Its days are days in {timeZone}.
      </Text>
      <WhenFields asked={asked} hasPeriods={period !== null} />
      <AmendSections entitlement={entitlement} terms={terms} asked={asked} open={open} onOpen={setOpen} />
      {isUnchanged && !hasChanges && (
        <Text c="red" role="alert">
          You have not changed anything yet.
        </Text>
      )}
      {allocationType !== 'unlimited' && <GrantField asked={asked} />}
      <ReasonInput
        required
        description="Kept in the history and the audit."
        value={asked.values.reason}
        error={asked.errors.reason}
        data-path="reason"
        onChange={(reason) => asked.setFieldValue('reason', reason)}
      />
    </PreviewedDialog>
  );
}

type AskedForm = UseFormReturnType<Asked>;

const WhenFields = ({ asked, hasPeriods }: { readonly asked: AskedForm; readonly hasPeriods: boolean }) => (
  <>
    <Radio.Group label="Counts" {...asked.getInputProps('when')}>
      <Stack gap="xs" mt="xs">
        <Radio value="now" label="Now" />
        {hasPeriods && <Radio value="next_period" label="With the next period" />}
        <Radio value="day" label="From a day on" />
      </Stack>
    </Radio.Group>
    {asked.values.when === 'day' && <DayInput label="Day" {...asked.getInputProps('day')} />}
  </>
);

const GrantField = ({ asked }: { readonly asked: AskedForm }) => (
  <Radio.Group label="A changed total grants" {...asked.getInputProps('grant')}>
    <Stack gap="xs" mt="xs">
      <Radio value="full" label="The whole difference" />
      <Radio value="prorated" label="Its part for the days left" />
    </Stack>
  </Radio.Group>
);
