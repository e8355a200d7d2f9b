import { Alert, Anchor, Button, Loader, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { wordsOf } from '../data/api-problem.ts';
import { type IssuerSignIn, useConsoleStart } from '../data/console-start.ts';
import type { Session } from '../data/session.ts';
import { KeyForm } from './key-form.tsx';
import { askInWindow } from './sign-in-window.ts';

/** Where the issuer's page opens: in this tab, which comes back to `returnTo`, or in a window beside this page. */
export type IssuerOpens = { readonly in: 'tab'; readonly returnTo: string | null } | { readonly in: 'window' };

interface SignInChoicesProps {
  readonly onSession: (session: Session) => void;
  readonly issuerOpens: IssuerOpens;
}

/** The ways to sign in: with the issuer where one is configured, else, or if the person prefers it, with an API key. */
export function SignInChoices({ onSession, issuerOpens }: SignInChoicesProps) {
  const start = useConsoleStart();
  const [prefersKey, setPrefersKey] = useState(false);
  if (start.isPending) return <Loader aria-label="Loading" />;
  const issuer = start.data?.signIn ?? null;
  if (issuer === null || prefersKey) return <KeyForm onSession={onSession} />;
  return (
    <Stack gap="sm">
      <IssuerButton issuer={issuer} issuerOpens={issuerOpens} onSession={onSession} />
      <Anchor component="button" type="button" size="sm" onClick={() => setPrefersKey(true)}>
        Use an API key instead
      </Anchor>
    </Stack>
  );
}

interface IssuerButtonProps extends SignInChoicesProps {
  readonly issuer: IssuerSignIn;
}

/** Leads to the issuer's page; the code that speaks with it is loaded with the first click. */
function IssuerButton({ issuer, issuerOpens, onSession }: IssuerButtonProps) {
  const leave = useMutation({
    mutationFn: async (returnTo: string | null) => {
      const { issuerErrorWords, leaveForIssuer } = await import('./openid.ts');
      await leaveForIssuer(issuer, returnTo).catch((error: unknown) => {
        throw new Error(issuerErrorWords(error));
      });
    },
  });
  const [isBlocked, setIsBlocked] = useState(false);
  const ask = () => {
    if (issuerOpens.in === 'tab') leave.mutate(issuerOpens.returnTo);
    else setIsBlocked(!askInWindow(onSession));
  };
  return (
    <>
      <Button onClick={ask} loading={leave.isPending} data-autofocus>
        Sign in with {new URL(issuer.issuer).host}
      </Button>
      {isBlocked && (
        <Alert color="yellow" role="alert">
          Your browser blocked the window in which you sign in. Allow windows of this page, then try again.
        </Alert>
      )}
      {leave.error !== null && (
        <Alert color="red" variant="light" role="alert">
          {wordsOf(leave.error)}
        </Alert>
      )}
    </>
  );
}
