import { Text } from '@mantine/core';
import { Navigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { type Session, useSession } from '../data/session.ts';
import { Sheet, SignIn } from './sign-in.tsx';
import { SignInChoices } from './sign-in-choices.tsx';
import { giveToOpener } from './sign-in-window.ts';

/** The address /sign-in: for a tab, the way to the home page; for a window that another page opened, the sign-in. */
export function SignInPage() {
  const { window: isWindow } = useSearch({ from: '/sign-in' });
  const session = useSession();
  if (isWindow === 'true') return <ForOpener />;
  return session === null ? <SignIn /> : <Navigate to="/" replace />;
}

function ForOpener() {
  const [isLost, setIsLost] = useState(false);
  const give = (session: Session) => setIsLost(!giveToOpener(session));
  return (
    <Sheet title="Sign in to Allot">
      {isLost ? <OpenerGone /> : <SignInChoices onSession={give} issuerOpens={{ in: 'tab', returnTo: null }} />}
    </Sheet>
  );
}

/** The page that asked was closed meanwhile, or the issuer's page cut the two apart. */
export const OpenerGone = () => (
  <Text role="alert">
    The page that asked you to sign in can no longer be reached. Close this window, and sign in there with an API key.
  </Text>
);
