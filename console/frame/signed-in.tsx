import { Center, Container, Loader, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { $api } from '../data/api.ts';
import { useHasEnded, useSession } from '../data/session.ts';
import { SignIn, SignInAgain } from '../sign-in/sign-in.tsx';
import { Failure } from '../ui/states.tsx';

/**
 * Its children only for a person who is signed in and whom the API knows; else the sign-in, at the same address. When
 * the API ends the session of a page that is open, the page stays under the sign-in, with all that was typed.
 */
export function SignedIn({ children }: { readonly children: ReactNode }) {
  const session = useSession();
  const hasEnded = useHasEnded();
  return session === null && !hasEnded ? <SignIn /> : <Known hasEnded={hasEnded}>{children}</Known>;
}

function Known({ hasEnded, children }: { readonly hasEnded: boolean; readonly children: ReactNode }) {
  const me = $api.useQuery('get', '/v1/me', {}, { staleTime: 60_000, enabled: !hasEnded });
  if (me.data !== undefined)
    return (
      <>
        {children}
        <Modal
          opened={hasEnded}
          onClose={() => undefined}
          title="Sign in again"
          fullScreen
          withCloseButton={false}
          closeOnEscape={false}
          zIndex={1_000}
        >
          <SignInAgain />
        </Modal>
      </>
    );
  if (hasEnded) return <SignIn hasEnded />;
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
