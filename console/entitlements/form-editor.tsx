import { Alert, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { ErrorNote } from '../ui/action-dialog.tsx';
import { formErrorsOf } from '../ui/form-errors.ts';
import { FormCommands } from './form-commands.tsx';
import { FormConflict } from './form-conflict.tsx';
import { keepDraft } from './form-draft.ts';
import { GuideDialog, GuidedNote, Meanwhile, stateWords } from './form-guide.tsx';
import { LeavingGuard } from './form-leaving.tsx';
import { merged } from './form-merge.ts';
import { showRefused } from './form-notices.ts';
import { sectionsOf } from './form-rules.ts';
import { type Asked, type Failure, useSaving } from './form-saving.ts';
import type { Section } from './form-section-names.ts';
import { FormSections } from './form-sections.tsx';
import { useFormState } from './form-state.ts';
import { type Duration, type Entitlement, type FormValues, valuesOf } from './form-values.ts';

interface FormEditorProps {
  /** Under this name the tab keeps what was typed. */
  readonly draftName: string;
  /** The entitlement; null: a new one. */
  readonly record: Entitlement | null;
  readonly initial: FormValues;
  readonly templateId?: string | undefined;
  /** How long a new one lasts. */
  readonly duration?: Duration | undefined;
  /** Above the fields. */
  readonly children?: (form: { readonly customer: string | null }) => ReactNode;
}

const FIRST_OPEN: readonly Section[] = ['general', 'term', 'allocation'];

const newerOf = (read: Entitlement | null, reached: Entitlement | null): Entitlement | null =>
  reached !== null && reached.version > (read?.version ?? 0) ? reached : read;

/** The form of an entitlement: all its fields, and the ways to save them. */
export function FormEditor({ draftName, record, initial, templateId, duration, children }: FormEditorProps) {
  const navigate = useNavigate();
  const state = useFormState({ draftName, record, initial });
  const [open, setOpen] = useState(FIRST_OPEN);
  const [focus, setFocus] = useState<readonly string[]>([]);
  const [isAsking, setAsking] = useState(false);
  const { form, guided } = state;

  const show = (fields: readonly string[]) => {
    const needed = sectionsOf(fields);
    setOpen((now) => [...now, ...needed.filter((section) => !now.includes(section))]);
    setFocus(fields);
  };
  // The section has to be open before a field in it can have the focus.
  useEffect(() => {
    const nodes = focus.flatMap((path) => form.getInputNode(path) ?? []);
    nodes[0]?.focus();
  }, [focus, form.getInputNode]);

  const saving = useSaving({
    record,
    state,
    templateId: templateId ?? null,
    onDone: ({ id }) => void navigate({ to: `/entitlements/${id}` }),
    onCreated: ({ error }, { id, ...made }, unsaved) => {
      if (unsaved !== null) {
        const base = { values: valuesOf({ id, ...made }), version: made.version };
        keepDraft(id, { by: state.by, values: unsaved, base, guided: null, attempt: null });
      }
      showRefused(error);
      void navigate({ to: '/entitlements/$id/edit', params: { id } });
    },
    onFailure: ({ error }: Failure) => {
      setAsking(false);
      const errors = formErrorsOf(error);
      form.setErrors(errors);
      show(Object.keys(errors));
    },
  });
  const present = newerOf(record, saving.reached);
  const isLive = present?.status === 'active' || present?.status === 'waiting';

  const submit = (asked: Asked) => {
    const { hasErrors, errors } = form.validate();
    if (hasErrors) show(Object.keys(errors));
    else void saving.submit(asked);
    return !hasErrors;
  };

  return (
    <form noValidate onSubmit={(event) => event.preventDefault()}>
      <Stack>
        <LeavingGuard isUnsaved={state.isUnsaved} onDiscard={state.end} />
        {children?.({ customer: form.values.customerId })}
        {state.isRestored && (
          <Alert color="blue" variant="light" title="Your unsaved changes are here again">
            <Group gap="sm">
              <Text>This tab kept what you typed. It is not saved yet.</Text>
              <Button size="xs" variant="default" onClick={state.discard}>
                Discard them
              </Button>
            </Group>
          </Alert>
        )}
        {isLive && present !== null && (
          <Alert color="blue" variant="light" title={`It is ${present.status}: it is deactivated while it is changed`}>
            <Meanwhile record={present} />
          </Alert>
        )}
        {present?.status === 'draft' && guided !== null && saving.failure === null && <GuidedNote />}
        {saving.failure !== null && (
          <Stack gap="xs">
            <ErrorNote error={saving.failure.error} />
            <Text fw={600} role="status">
              {stateWords(saving.failure)}
            </Text>
          </Stack>
        )}
        {saving.conflict !== null && (
          <FormConflict
            merge={saving.conflict.merge}
            theirs={valuesOf(saving.conflict.theirs)}
            mine={form.values}
            onResolve={(taken) => {
              if (saving.conflict === null) return;
              form.setValues(merged(form.values, valuesOf(saving.conflict.theirs), taken));
              state.rebase(saving.conflict.theirs);
              saving.resolved();
            }}
          />
        )}
        <FormSections form={form} record={present} duration={duration ?? null} open={open} onOpen={setOpen} />
        <Paper withBorder p="sm">
          <FormCommands
            status={present?.status ?? null}
            isGuided={guided !== null}
            isDirty={state.isDirty}
            isBusy={saving.step !== null}
            isBlocked={saving.conflict !== null}
            backTo={record === null ? '/entitlements' : `/entitlements/${record.id}`}
            onAsk={() => {
              const { hasErrors, errors } = form.validate();
              if (hasErrors) show(Object.keys(errors));
              else setAsking(true);
            }}
            onSubmit={(what) => submit({ what, mayDeactivate: false, reason: '' })}
            onActivateAlone={() => void saving.submit({ what: 'activate', mayDeactivate: false, reason: '' })}
          />
        </Paper>
        {present !== null && (
          <GuideDialog
            record={present}
            opened={isAsking}
            step={saving.step}
            onClose={() => setAsking(false)}
            onConfirm={(reason) => {
              if (!submit({ what: 'save and activate', mayDeactivate: true, reason })) setAsking(false);
            }}
          />
        )}
      </Stack>
    </form>
  );
}
