import { Anchor, Box, Group, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { $api } from '../data/api.ts';
import { isRefusedAs } from '../data/api-problem.ts';
import { type Session, signIn, signOut, useHasEnded, useSession } from '../data/session.ts';
import { SignInChoices } from '../sign-in/sign-in-choices.tsx';
import { Name } from '../ui/name.tsx';
import { Failure, Loading } from '../ui/states.tsx';
import { type PanelContext, usePanelContext } from './context.ts';
import { NewInPanel } from './new-in-panel.tsx';
import { RecordedInPanel } from './recorded-in-panel.tsx';

const WIDEST = 480;

/** Is the case on the agent's screen covered, by what, and what is to be done? One narrow page for a frame. */
export function PanelPage() {
  const context = usePanelContext();
  const session = useSession();
  const hasEnded = useHasEnded();
  useEffect(() => {
    document.title = 'Is this covered? · Allot';
  }, []);
  return (
    <Box component="main" p="sm" maw={WIDEST} mx="auto">
      <Stack gap="md">
        <Title order={1} size="h2">
          Is this covered?
        </Title>
        {session === null && <PanelSignIn hasEnded={hasEnded} />}
        {/* When a session ends, what was typed stays until the agent has signed in again. */}
        {(session !== null || hasEnded) && (
          <div hidden={session === null}>
            <Panel context={context} />
          </div>
        )}
      </Stack>
    </Box>
  );
}

/** Signs in inside the panel, or in a window beside it: the pages of an issuer do not open in a frame. */
function PanelSignIn({ hasEnded }: { readonly hasEnded: boolean }) {
  const queries = useQueryClient();
  const onSession = (session: Session) => {
    signIn(session);
    void queries.invalidateQueries();
  };
  return (
    <>
      <Text role={hasEnded ? 'status' : undefined}>
        {hasEnded ? 'Your sign-in has ended. Sign in again.' : 'Sign in to see what the customer’s entitlements say.'}
      </Text>
      <SignInChoices onSession={onSession} issuerOpens={{ in: 'window' }} />
    </>
  );
}

function Panel({ context }: { readonly context: PanelContext }) {
  const me = $api.useQuery('get', '/v1/me', {}, { staleTime: 60_000 });
  const queries = useQueryClient();
  const leave = () => {
    signOut();
    queries.clear();
  };
  if (me.data === undefined)
    return me.error === null ? <Loading rows={4} /> : <Failure error={me.error} onRetry={() => void me.refetch()} />;
  return (
    <Stack gap="md">
      <Shown context={context} />
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text c="dimmed" size="sm" component="div">
          <Name>{me.data.name}</Name>
        </Text>
        <Anchor component="button" type="button" size="sm" onClick={leave}>
          Sign out
        </Anchor>
      </Group>
    </Stack>
  );
}

/** A case that Allot knows shows what it has; one that is new, or has no id yet, what it would get. */
function Shown({ context }: { readonly context: PanelContext }): ReactNode {
  const { case: id, customer } = context;
  const found = $api.useQuery(
    'get',
    '/v1/cases/{id}',
    { params: { path: { id: id ?? '' } } },
    { enabled: id !== undefined, retry: false },
  );
  if (id !== undefined && found.isPending) return <Loading rows={4} />;
  // Only a case that Allot does not have is a new one. Of one that cannot be read nothing is known.
  if (found.data === undefined && found.error !== null && !isRefusedAs(found.error, 'not_found'))
    return <Failure error={found.error} onRetry={() => void found.refetch()} />;
  if (found.data !== undefined) return <RecordedInPanel key={found.data.id} supportCase={found.data} />;
  if (customer === undefined) return <Text c="dimmed">The case system has not said which customer this is about.</Text>;
  return <NewInPanel key={`${customer} ${id ?? ''}`} context={{ ...context, customer }} />;
}
