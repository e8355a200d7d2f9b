import { Button, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { CandidateChoice, OverrideReason } from '../coverage/candidate-choice.tsx';
import { CoverageView } from '../coverage/coverage-view.tsx';
import { type CaseQuestion, type Match, useMatch } from '../coverage/use-match.ts';
import { api } from '../data/api.ts';
import { useConsoleStart } from '../data/console-start.ts';
import { useMay } from '../data/me.ts';
import { ErrorNote } from '../ui/action-dialog.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { useSend } from '../ui/use-send.ts';
import { type PanelContext, tellHosts } from './context.ts';
import { WhatToSay } from './what-to-say.tsx';

type Known = PanelContext & { readonly customer: string };

const questionOf = ({ customer, contact, product, channel }: Known): CaseQuestion => ({
  customerId: customer,
  ...(contact === undefined ? {} : { contactId: contact }),
  ...(product === undefined ? {} : { productId: product }),
  ...(channel === undefined ? {} : { channel }),
});

/** A case that Allot does not have yet: what it would get, and the way to record it. */
export function NewInPanel({ context }: { readonly context: Known }) {
  const match = useMatch(questionOf(context));
  const mayHandle = useMay('handleCases');
  return (
    <QueryView query={match}>
      {(answer) => (
        <Stack gap="md">
          <div aria-live="polite">
            <CoverageView match={answer} linked={false} />
          </div>
          {answer.picked === null && <WhatToSay reason={answer.none?.reason} />}
          {mayHandle &&
            (context.case === undefined ? (
              <Text c="dimmed" size="sm">
                Save the case in the case system first; then it can be attached here.
              </Text>
            ) : (
              <Attach context={context} caseId={context.case} match={answer} />
            ))}
        </Stack>
      )}
    </QueryView>
  );
}

interface AttachProps {
  readonly context: Known;
  readonly caseId: string;
  readonly match: Match;
}

interface Attachment {
  readonly entitlementId?: string;
  readonly override?: { readonly reason: string };
}

function useAttach(context: Known, caseId: string) {
  const { data: start } = useConsoleStart();
  return useSend(
    async (attachment: Attachment, key: string) => {
      const body = { ...questionOf(context), ...attachment, id: caseId };
      const { data } = await api.POST('/v1/cases', { params: { header: { 'Idempotency-Key': key } }, body });
      return data?.entitlementId ?? null;
    },
    {
      onDone: (entitlement) =>
        tellHosts(start?.panelAncestors ?? [], { type: 'allot.attached', case: caseId, entitlement }),
    },
  );
}

/**
 * Attaches the case, or attaches it by override to one that refuses, for those who may. What was picked is not named: Allot
 * picks again by the same rules, and keeps why, and what it passed over.
 */
function Attach({ context, caseId, match: { picked, candidates } }: AttachProps) {
  const { send, isPending, error } = useAttach(context, caseId);
  const mayOverride = useMay('override');
  const [chosen, setChosen] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  if (picked !== null)
    return (
      <>
        <ErrorNote error={error} />
        <Button fullWidth loading={isPending} onClick={() => send({})}>
          Attach the case
        </Button>
      </>
    );
  const refusing = candidates.filter(({ covers }) => !covers);
  const target = refusing.find(({ entitlementId }) => entitlementId === chosen);
  return (
    <>
      {mayOverride && refusing.length > 0 && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (target !== undefined)
              send({ entitlementId: target.entitlementId, override: { reason: reason.trim() } });
          }}
        >
          <Stack gap="sm">
            <CandidateChoice
              label="Attach it all the same to"
              candidates={refusing}
              value={chosen}
              onChange={setChosen}
              mayOverride
            />
            {target !== undefined && (
              <>
                <OverrideReason refusal={target.reason ?? ''} value={reason} onChange={setReason} />
                <Button type="submit" fullWidth loading={isPending}>
                  Attach by override
                </Button>
              </>
            )}
          </Stack>
        </form>
      )}
      <ErrorNote error={error} />
      <Button fullWidth variant="default" loading={isPending} onClick={() => send({})}>
        Record it without an entitlement
      </Button>
    </>
  );
}
