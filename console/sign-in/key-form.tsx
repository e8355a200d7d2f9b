import { Button, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '../data/api.ts';
import { isRefusedAs, wordsOf } from '../data/api-problem.ts';
import type { Session } from '../data/session.ts';

const SENDABLE = /^[\x21-\x7e]+$/;

/** Asks the API whether it knows the key. Rejects with the refusal, or with `NoAnswer`. */
async function sessionOfKey(secret: string): Promise<Session> {
  if (!SENDABLE.test(secret)) throw new Error('A key consists of letters, digits and signs without spaces.');
  await api.GET('/v1/me', { headers: { authorization: `Bearer ${secret}` } });
  return { kind: 'key', secret };
}

const wordsOfRefusal = (error: unknown): string =>
  isRefusedAs(error, 'unauthenticated')
    ? 'Allot does not know this key. Check that you copied all of it; it may also have been revoked.'
    : wordsOf(error);

/** Asks for an API key and checks it. */
export function KeyForm({ onSession }: { readonly onSession: (session: Session) => void }) {
  const [secret, setSecret] = useState('');
  const check = useMutation({ mutationFn: sessionOfKey, onSuccess: onSession });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (secret.trim() !== '' && !check.isPending) check.mutate(secret.trim());
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <PasswordInput
          label="API key"
          value={secret}
          onChange={({ currentTarget }) => {
            setSecret(currentTarget.value);
            check.reset();
          }}
          aria-invalid={check.error !== null}
          error={check.error === null ? undefined : wordsOfRefusal(check.error)}
          visibilityToggleButtonProps={{ 'aria-label': 'Show the key' }}
          autoComplete="off"
          data-autofocus
          required
        />
        <Text c="dimmed" size="sm">
          The key stays in this tab and is forgotten when you close it.
        </Text>
        <Button type="submit" loading={check.isPending}>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}
