import { api, type Shapes } from '../../data/api.ts';
import { RotateDialog } from '../parts/rotate-dialog.tsx';
import { endOfDay, lastDayText } from './key-end.ts';

interface RotateKeyDialogProps {
  readonly apiKey: Shapes['ApiKey'] | undefined;
  readonly onClose: () => void;
  readonly onTold: (key: Shapes['ApiKeyWithSecret']) => void;
}

/** Gives a key a new secret. */
export const RotateKeyDialog = ({ apiKey, onClose, onTold }: RotateKeyDialogProps) => (
  <RotateDialog
    of={apiKey}
    meanwhile="The old secret goes on working for a while, so that its holder can change over."
    lastDayHint={
      apiKey?.expiresAt == null
        ? 'Empty: the key goes on without an end.'
        : `Empty: it stays ${lastDayText(apiKey.expiresAt)}. An expired key needs a new one.`
    }
    rotate={async ({ id, lastDay = '', ...rest }, key) => {
      const expiresAt = endOfDay(lastDay);
      const body = { ...rest, ...(expiresAt === undefined ? {} : { expiresAt }) };
      const params = { path: { id }, header: { 'Idempotency-Key': key } };
      return (await api.POST('/v1/api-keys/{id}/rotate', { params, body })).data;
    }}
    onClose={onClose}
    onTold={onTold}
  />
);
