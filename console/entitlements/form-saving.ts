import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { isRefusedAs } from '../data/api-problem.ts';
import { bodyOf, patchOf } from './form-body.ts';
import { type Merge, mergeOf } from './form-merge.ts';
import type { FormState } from './form-state.ts';
import { create, readEntitlement, runSteps, type Step, type Stopped, stepKeys } from './form-steps.ts';
import { type Entitlement, type FormValues, valuesOf } from './form-values.ts';

/** What a person asks for: to save alone, to save and activate, or to activate what is saved without the changes. */
export interface Asked {
  readonly what: 'save' | 'save and activate' | 'activate';
  /** The person has agreed that an active or waiting one is deactivated meanwhile. */
  readonly mayDeactivate: boolean;
  readonly reason: string;
}

/** Why nothing more was done; `record` is null while there is none. */
export type Failure = Omit<Stopped, 'record' | 'step'> & {
  readonly step: Step | 'read';
  readonly record: Entitlement | null;
};

export interface Conflict {
  readonly theirs: Entitlement;
  readonly merge: Merge;
}

/** Other events of a record, such as a case that resolves, change its version; so often is saving tried again. */
const MOST_TRIES = 4;

const isLive = ({ status }: Entitlement): boolean => status === 'active' || status === 'waiting';

class ActivatedMeanwhile extends Error {
  constructor() {
    super('Somebody activated this entitlement meanwhile. Nothing was saved; your changes are still here.');
  }
}

interface SavingOptions {
  readonly record: Entitlement | null;
  readonly state: FormState;
  readonly templateId: string | null;
  /** Called when everything was done. */
  readonly onDone: (record: Entitlement) => void;
  /** Called when the draft was created and what followed was not done. `unsaved`: values that it does not have yet. */
  readonly onCreated: (failure: Failure, record: Entitlement, unsaved: FormValues | null) => void;
  readonly onFailure: (failure: Failure) => void;
}

/** Brings what was typed to the API, one step after the other, each done once. */
export function useSaving({ record, state, templateId, onDone, onCreated, onFailure }: SavingOptions) {
  const queries = useQueryClient();
  const [step, setStep] = useState<Step | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [reached, setReached] = useState<Entitlement | null>(null);
  const busy = useRef(false);
  const keys = useRef(stepKeys());
  const { form } = state;

  const fail = (next: Failure) => {
    setFailure(next);
    onFailure(next);
  };

  const createNew = async ({ what }: Asked) => {
    const body = { ...bodyOf(form.values), ...(templateId === null ? {} : { templateId }) };
    setStep('save');
    const made = await create(body, state.attempt(), state.keepAttempt);
    const patch = made.isEarlier ? patchOf(bodyOf(valuesOf(made.record)), bodyOf(form.values)) : {};
    const activate = what === 'save and activate';
    const change = { record: made.record, patch, activate, makeDefault: false, reason: '' };
    const { record: last, stopped } = await runSteps(change, keys.current, setStep);
    state.end();
    if (stopped === null) onDone(last);
    else onCreated(stopped, last, stopped.step === 'save' ? form.values : null);
  };

  /** The record as it is now, if the changes still fit it; else the conflict is shown. */
  const settled = async (id: string, mine: FormValues): Promise<Entitlement | null> => {
    const now = await readEntitlement(id);
    setReached(now);
    if (now.version === state.base.version) return now;
    const merge = mergeOf(state.base.values, valuesOf(now), mine);
    if (merge.both.length + merge.theirsAlone.length > 0) {
      setConflict({ theirs: now, merge });
      return null;
    }
    state.rebase(now);
    return now;
  };

  const changeOne = async (id: string, { what, mayDeactivate, ...asked }: Asked) => {
    const guided = { wasDefault: false, ...state.guided, ...(asked.reason === '' ? {} : { reason: asked.reason }) };
    const { reason = '' } = guided;
    for (let tries = 1; ; tries += 1) {
      const now = what === 'activate' ? await readEntitlement(id) : await settled(id, form.values);
      if (now === null) return;
      if (now.isDefault) guided.wasDefault = true;
      if (isLive(now) && !mayDeactivate) return fail({ step: 'read', error: new ActivatedMeanwhile(), record: now });
      if (isLive(now)) state.beginGuided({ wasDefault: guided.wasDefault, reason });
      const patch = what === 'activate' ? {} : patchOf(bodyOf(valuesOf(now)), bodyOf(form.values));
      const { record: last, stopped } = await runSteps(
        {
          record: now,
          patch,
          activate: what !== 'save',
          makeDefault: guided.wasDefault,
          reason,
        },
        keys.current,
        setStep,
      );
      setReached(last);
      if (stopped === null) {
        state.end();
        onDone(last);
        return;
      }
      if (stopped.step !== 'save' || !isRefusedAs(stopped.error, 'conflict') || tries >= MOST_TRIES) {
        if (stopped.step === 'activate' || stopped.step === 'default') state.rebase(last);
        fail(stopped);
        return;
      }
    }
  };

  return {
    step,
    failure,
    conflict,
    /** The record as the last step left it, which may be newer than what the page has read. */
    reached,
    submit: async (asked: Asked): Promise<void> => {
      if (busy.current) return;
      busy.current = true;
      setFailure(null);
      setConflict(null);
      try {
        await (record === null ? createNew(asked) : changeOne(record.id, asked));
      } catch (error) {
        fail({ step: record === null ? 'save' : 'read', error, record: null });
      } finally {
        busy.current = false;
        setStep(null);
        await queries.invalidateQueries();
      }
    },
    resolved: () => setConflict(null),
  };
}
