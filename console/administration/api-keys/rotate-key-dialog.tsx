import { api, type Shapes } from '../../data/api.ts';
import { RotateDialog } from '../parts/rotate-dialog.tsx';

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
    rotate={async ({ id, ...body }, key) => {
      const params = { path: { id }, header: { 'Idempotency-Key': key } };
      return (await api.POST('/v1/api-keys/{id}/rotate', { params, body })).data;
    }}
    onClose={onClose}
    onTold={onTold}
  />
);
