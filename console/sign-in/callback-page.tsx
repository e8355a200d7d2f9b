import { Alert, Anchor, Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { wordsOf } from '../data/api-problem.ts';
import { signIn } from '../data/session.ts';
import { Sheet } from './sign-in.tsx';
import { giveToOpener } from './sign-in-window.ts';
import { OpenerGone } from './window-page.tsx';

/** What the issuer sent back with counts once, so it is read once, however often this page is drawn. */
const useArrival = () =>
  useQuery({
    queryKey: ['arrival', window.location.href],
    queryFn: async () => {
      const { arriveFromIssuer, issuerErrorWords } = await import('./openid.ts');
      return await arriveFromIssuer(new URL(window.location.href)).catch((error: unknown) => {
        throw new Error(issuerErrorWords(error));
      });
    },
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

/** Where the issuer sends the person back to: signs in, then opens the page that they wanted. */
export function CallbackPage() {
  const { data: arrival, error } = useArrival();
  const { history } = useRouter();
  const [isLost, setIsLost] = useState(false);
  useEffect(() => {
    if (arrival === undefined) return;
    if (arrival.returnTo === null) {
      setIsLost(!giveToOpener(arrival.session));
      return;
    }
    signIn(arrival.session);
    history.replace(arrival.returnTo);
  }, [arrival, history]);
  return (
    <Sheet title="Signing in">
      {isLost && <OpenerGone />}
      {error === null && !isLost && <Loader aria-label="Signing in" />}
      {error !== null && (
        <>
          <Alert color="red" variant="light" role="alert">
            {wordsOf(error)}
          </Alert>
          <Anchor component={Link} to="/">
            Sign in again
          </Anchor>
        </>
      )}
    </Sheet>
  );
}
