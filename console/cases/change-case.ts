import { notifications } from '@mantine/notifications';
import { api, type Shapes } from '../data/api.ts';
import { useSend } from '../ui/use-send.ts';

/** What every dialog of a case's page gets. */
export interface CaseDialogProps {
  readonly opened: boolean;
  readonly supportCase: Shapes['Case'];
  readonly onClose: () => void;
}

type Patch = Shapes['CasePatch'];

const paramsOf = (id: string, key: string) => ({ path: { id }, header: { 'Idempotency-Key': key } });

/** Sends an event of the case, once. It closes the dialog and says that it was done. */
export function useCaseChange<Input>(
  { supportCase, onClose }: CaseDialogProps,
  done: string,
  send: (id: string, input: Input, key: string) => Promise<unknown>,
) {
  return useSend((input: Input, key: string) => send(supportCase.id, input, key), {
    onDone: () => {
      notifications.show({ message: done });
      onClose();
    },
  });
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
