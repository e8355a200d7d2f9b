import { Center, Container, Loader } from '@mantine/core';
import type { ReactNode } from 'react';
import { $api } from '../data/api.ts';
import { useSession } from '../data/session.ts';
import { SignIn } from '../sign-in/sign-in.tsx';
import { Failure } from '../ui/states.tsx';

/** Its children only for a person who is signed in and whom the API knows; else the sign-in, at the same address. */
export function SignedIn({ children }: { readonly children: ReactNode }) {
  const session = useSession();
  return session === null ? <SignIn /> : <Known>{children}</Known>;
}

function Known({ children }: { readonly children: ReactNode }) {
  const me = $api.useQuery('get', '/v1/me', {}, { staleTime: 60_000 });
  if (me.data !== undefined) return children;
  if (me.error === null)
    return (
      <Center mih="100vh">
        <Loader aria-label="Loading" />
      </Center>
    );
  return (
    <Container size="xs" py="xl">
      <Failure error={me.error} onRetry={() => void me.refetch()} />
    </Container>
  );
}
