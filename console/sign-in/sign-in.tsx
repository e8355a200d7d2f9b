import { Button, Center, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { signIn } from '../data/session.ts';

/** Asks for an API key. The page that was asked for opens afterwards. */
export function SignIn() {
  const [secret, setSecret] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (secret.trim() !== '') signIn({ kind: 'key', secret: secret.trim() });
  };
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder p="xl" w={380}>
        <form onSubmit={submit}>
          <Stack>
            <Title order={1}>Sign in to Allot</Title>
            <Text c="dimmed">The key stays in this tab and is forgotten when you close it.</Text>
            <PasswordInput
              label="API key"
              value={secret}
              onChange={({ currentTarget }) => setSecret(currentTarget.value)}
              required
            />
            <Button type="submit">Sign in</Button>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
