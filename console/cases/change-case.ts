import { notifications } from '@mantine/notifications';
import { useLayoutEffect } from 'react';
import { api, type Shapes } from '../data/api.ts';
import { useSend } from '../ui/use-send.ts';

/** What every dialog of a case's page gets. */
export interface CaseDialogProps {
  readonly opened: boolean;
  readonly supportCase: Shapes['CaseWithDecision'];
  readonly onClose: () => void;
}

type Patch = Shapes['CasePatch'];

const paramsOf = (id: string, key: string) => ({ path: { id }, header: { 'Idempotency-Key': key } });

/** Sends an event of the case, once. It closes the dialog and says that it was done. A dialog opens without an old refusal. */
export function useCaseChange<Input>(
  { opened, supportCase, onClose }: CaseDialogProps,
  done: string,
  send: (id: string, input: Input, key: string) => Promise<unknown>,
) {
  const sending = useSend((input: Input, key: string) => send(supportCase.id, input, key), {
    onDone: () => {
      notifications.show({ message: done });
      onClose();
    },
  });
  useWhenOpened(opened, sending.reset);
  return sending;
}

/**
 * Begins anew each time that a dialog opens, before anybody can type into it. While it is open, what was typed stays,
 * whatever is read meanwhile.
 */
export function useWhenOpened(opened: boolean, begin: () => void): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the opening counts.
  useLayoutEffect(() => {
    if (opened) begin();
  }, [opened]);
}

export const patchCase = (id: string, body: Patch, key: string) =>
  api.PATCH('/v1/cases/{id}', { params: paramsOf(id, key), body });

export const resolveCase = (id: string, body: Shapes['Resolve'], key: string) =>
  api.POST('/v1/cases/{id}/resolve', { params: paramsOf(id, key), body });

export const cancelCase = (id: string, body: Record<string, never>, key: string) =>
  api.POST('/v1/cases/{id}/cancel', { params: paramsOf(id, key), body });

export const reactivateCase = (id: string, body: Record<string, never>, key: string) =>
  api.POST('/v1/cases/{id}/reactivate', { params: paramsOf(id, key), body });

export const decrementCase = (id: string, body: Shapes['Decrement'], key: string) =>
  api.POST('/v1/cases/{id}/decrement', { params: paramsOf(id, key), body });
