import { useForm } from '@mantine/form';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useMe } from '../data/me.ts';
import { bodyOf, differing } from './form-body.ts';
import { type Attempt, type FormDraft, forgetDraft, type Guided, keepDraft, readDraft } from './form-draft.ts';
import { missingIn } from './form-rules.ts';
import { type Entitlement, type FormValues, valuesOf } from './form-values.ts';

/** What a person began with: the record's values and its version. A new one has no version yet. */
export interface Base {
  readonly values: FormValues;
  readonly version: number | null;
}

interface Given {
  /** Under this name the tab keeps what was typed. */
  readonly draftName: string;
  readonly record: Entitlement | null;
  readonly initial: FormValues;
}

const baseOf = (kept: FormDraft | null, { record, initial }: Given): Base =>
  kept?.base ?? { values: initial, version: record?.version ?? null };

/**
 * The fields of the form, what the person began with, and all that outlives a reload of the page: what was typed, a
 * deactivation made to edit, and a creation that was not answered.
 */
export function useFormState(given: Given) {
  const { draftName } = given;
  const by = useMe()?.name ?? '';
  const [kept] = useState(() => readDraft(draftName, by));
  const [base, setBase] = useState(() => baseOf(kept, given));
  const [guided, setGuided] = useState<Guided | null>(kept?.guided ?? null);
  const attempt = useRef<Attempt | null>(kept?.attempt ?? null);
  const isOver = useRef(false);
  const form = useForm<FormValues>({ initialValues: kept?.values ?? given.initial, validate: missingIn });
  const isDirty = differing(bodyOf(base.values), bodyOf(form.values)).length > 0;
  const [isRestored, setRestored] = useState(kept !== null && isDirty);

  // As long as nothing was typed, the form shows the record as it is. A layout effect runs before anybody can type.
  const { record } = given;
  useLayoutEffect(() => {
    if (record === null || base.version === null || record.version <= base.version || isDirty || isOver.current) return;
    form.setValues(valuesOf(record));
    setBase({ values: valuesOf(record), version: record.version });
  }, [record, base.version, isDirty, form.setValues]);

  const keep = (more: Partial<FormDraft> = {}) => {
    const kept = base.version === null ? null : { values: base.values, version: base.version };
    keepDraft(draftName, { by, values: form.values, base: kept, guided, attempt: attempt.current, ...more });
  };
  useEffect(() => {
    if (isOver.current) return;
    if (isDirty || guided !== null || attempt.current !== null) keep();
    else forgetDraft(draftName);
  });

  return {
    form,
    base,
    isDirty,
    isRestored,
    guided,
    by,
    /** Whether leaving the page now would leave changes unsaved. */
    isUnsaved: () => isDirty && !isOver.current,
    /** The record as it is saved now becomes what the person began with. */
    rebase: (record: Entitlement) => setBase({ values: valuesOf(record), version: record.version }),
    attempt: () => attempt.current,
    keepAttempt: (next: Attempt | null) => {
      attempt.current = next;
      keep({ attempt: next });
    },
    /** Written down before the deactivation is sent, so that a reload in the middle knows how to go on. */
    beginGuided: (next: Guided) => {
      setGuided(next);
      keep({ guided: next });
    },
    /** Back to what the record holds. A creation that was not answered may have made a draft; it is in the list then. */
    discard: () => {
      attempt.current = null;
      form.setValues(base.values);
      form.clearErrors();
      setRestored(false);
    },
    /** Nothing is left to keep: the page may be left without a warning. */
    end: () => {
      isOver.current = true;
      forgetDraft(draftName);
    },
  };
}

export type FormState = ReturnType<typeof useFormState>;
