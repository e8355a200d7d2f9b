import { Text, Textarea } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../data/api.ts';
import { isRefusedAs } from '../data/api-problem.ts';
import { LONGEST_REASON } from '../data/limits.ts';
import { ActionDialog } from '../ui/action-dialog.tsx';
import { dayText } from '../ui/format.ts';
import { useSend } from '../ui/use-send.ts';
import { AmendDialog } from './record-amend.tsx';
import { ChangedMeanwhile } from './record-changed.tsx';
import type { DialogName, Entitlement } from './record-commands-allowed.ts';
import { PauseDialog, ResumeDialog } from './record-pause.tsx';
import { TopUpDialog } from './record-top-up.tsx';
import { useSeenVersion } from './seen-version.ts';

interface DialogProps {
  readonly entitlement: Entitlement;
  readonly onClose: () => void;
}

/** The dialog that the address names, if any. */
export function RecordDialogs({ dialog, ...props }: DialogProps & { readonly dialog: DialogName | undefined }) {
  if (dialog === undefined) return null;
  if (dialog === 'top-up') return <TopUpDialog {...props} />;
  if (dialog === 'amend') return <AmendDialog {...props} />;
  if (dialog === 'pause') return <PauseDialog {...props} />;
  if (dialog === 'resume') return <ResumeDialog {...props} />;
  return <CommandDialog key={dialog} name={dialog} {...props} />;
}

type CommandName = Exclude<DialogName, 'top-up' | 'amend' | 'pause' | 'resume'>;

interface DialogWords {
  readonly title: string;
  readonly confirm: string;
  readonly says: (entitlement: Entitlement) => string;
  readonly danger?: true;
  /** The person must say why. */
  readonly needsReason?: true;
}

const WORDS: Readonly<Record<CommandName, DialogWords>> = {
  activate: {
    title: 'Activate the entitlement',
    confirm: 'Activate',
    says: ({ startDate, endDate, timeZone }) =>
      `It covers cases from ${dayText(startDate)} to ${dayText(endDate)} (${timeZone}). If it starts later, it waits and starts by itself. Nothing can be edited while it waits or is active.`,
  },
  deactivate: {
    title: 'Deactivate the entitlement',
    confirm: 'Deactivate',
    says: ({ openCases }) =>
      `It becomes a draft that can be edited. No case attaches until it is activated again. Its ${openCases} open cases go on and are still counted.`,
  },
  cancel: {
    title: 'Cancel the entitlement',
    confirm: 'Cancel the entitlement',
    says: ({ openCases }) =>
      `It ends now, for good: no case attaches to it any more. Its ${openCases} open cases go on and are still counted. A canceled entitlement can be renewed.`,
    danger: true,
    needsReason: true,
  },
  renew: {
    title: 'Renew the entitlement',
    confirm: 'Make the successor',
    says: () =>
      'A new draft with the same terms is made, which starts today and lasts as long as this one did. This entitlement stays as it is and names its successor.',
  },
  'set-default': {
    title: 'Set as default',
    confirm: 'Set as default',
    says: () =>
      'A case of this customer that names no entitlement gets this one first, in place of the present default.',
  },
  'clear-default': {
    title: 'Clear the default',
    confirm: 'Clear the default',
    says: () => 'The customer has no default any more: a case that names no entitlement is matched.',
  },
  delete: {
    title: 'Delete the draft',
    confirm: 'Delete the draft',
    says: () => 'The draft disappears. A draft that cases ever attached to cannot be deleted.',
    danger: true,
  },
};

interface Sent {
  readonly reason: string | undefined;
  /** The version that the person saw: the API refuses the command if somebody changed the entitlement since. */
  readonly version: number;
}

async function send(name: CommandName, id: string, { reason, version }: Sent, key: string): Promise<string | null> {
  const headers = { 'Idempotency-Key': key, 'If-Match': `"${version}"` };
  const body = reason === undefined ? {} : { reason };
  if (name === 'delete') {
    await api.DELETE('/v1/entitlements/{id}', {
      params: { path: { id }, query: reason === undefined ? {} : { reason } },
      headers,
    });
    return null;
  }
  const { data } = await POSTS[name]({ params: { path: { id } }, headers, body });
  return data?.id ?? id;
}

type Post = {
  readonly params: { path: { id: string } };
  readonly headers: Record<string, string>;
  readonly body: { reason?: string };
};

const POSTS: Readonly<Record<Exclude<CommandName, 'delete'>, (post: Post) => Promise<{ data?: Entitlement }>>> = {
  activate: (post) => api.POST('/v1/entitlements/{id}/activate', post),
  deactivate: (post) => api.POST('/v1/entitlements/{id}/deactivate', post),
  cancel: (post) => api.POST('/v1/entitlements/{id}/cancel', post),
  renew: (post) => api.POST('/v1/entitlements/{id}/renew', post),
  'set-default': (post) => api.POST('/v1/entitlements/{id}/set-default', post),
  'clear-default': (post) => api.POST('/v1/entitlements/{id}/clear-default', post),
};

function CommandDialog({ name, entitlement, onClose }: DialogProps & { readonly name: CommandName }) {
  const { id } = entitlement;
  const seen = useSeenVersion(entitlement.version);
  const navigate = useNavigate();
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const { title, confirm, says, danger, needsReason } = WORDS[name];
  const sending = useSend((sent: Sent, key: string) => send(name, id, sent, key), {
    onDone: (leadsTo) => {
      if (leadsTo === null) return void navigate({ href: '/entitlements' });
      if (leadsTo === id) return onClose();
      return void navigate({ to: '/entitlements/$id', params: { id: leadsTo }, search: {} });
    },
  });
  const look = () => {
    seen.release();
    sending.reset();
  };
  const given = reason.trim();
  const isChanged = isRefusedAs(sending.error, 'conflict', 'wrong_state');
  const onConfirm = () => {
    if (needsReason && given === '') return setMissing(true);
    seen.hold();
    sending.send({ reason: given === '' ? undefined : given, version: seen.version });
  };
  return (
    <ActionDialog
      opened
      onClose={onClose}
      title={title}
      confirm={confirm}
      danger={danger === true}
      isPending={sending.isPending}
      error={isChanged ? null : sending.error}
      onConfirm={onConfirm}
    >
      <Text>{says(entitlement)}</Text>
      <Textarea
        label={needsReason ? 'Reason' : 'Reason, if there is one'}
        description="Kept in the history and the audit."
        withAsterisk={needsReason === true}
        maxLength={LONGEST_REASON}
        autosize
        minRows={2}
        value={reason}
        error={missing && given === '' ? 'Say why it is canceled.' : undefined}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
        data-autofocus
      />
      {isChanged && <ChangedMeanwhile error={sending.error} onReload={look} />}
    </ActionDialog>
  );
}
