import { Center, Paper, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { type Session, signIn } from '../data/session.ts';
import { type IssuerOpens, SignInChoices } from './sign-in-choices.tsx';

/** A small sheet in the middle of the page. */
export function Sheet({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Allot`;
  }, [title]);
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder p="xl" w="100%" maw={400}>
        <Stack>
          <Title order={1}>{title}</Title>
          {children}
        </Stack>
      </Paper>
    </Center>
  );
}

/** Asks the person to sign in. The page at the present address opens afterwards. */
export function SignIn({ hasEnded = false }: { readonly hasEnded?: boolean }) {
  const { pathname, search } = window.location;
  return (
    <Sheet title="Sign in to Allot">
      {hasEnded && <Text role="status">Your sign-in has ended: the key was revoked, or the token ran out.</Text>}
      <SignInChoices onSession={signIn} issuerOpens={{ in: 'tab', returnTo: `${pathname}${search}` }} />
    </Sheet>
  );
}

/**
 * Asks the person to sign in again without leaving the page, which keeps what they typed. What the page shows is read
 * anew afterwards.
 */
export function SignInAgain() {
  const queries = useQueryClient();
  const onSession = (session: Session) => {
    signIn(session);
    void queries.invalidateQueries();
  };
  const issuerOpens: IssuerOpens = { in: 'window' };
  return (
    <Stack maw={400} mx="auto" py="xl">
      <Text role="status">
        Your sign-in has ended: the key was revoked, or the token ran out. Sign in again to go on where you were; what
        you typed is kept.
      </Text>
      <SignInChoices onSession={onSession} issuerOpens={issuerOpens} />
    </Stack>
  );
}
