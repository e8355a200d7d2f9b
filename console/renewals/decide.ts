import { useQueryClient } from '@tanstack/react-query';
import { api, type Shapes } from '../data/api.ts';
import { isRefusedAs, NoAnswer, wordsOf } from '../data/api-problem.ts';
import { useSend } from '../ui/use-send.ts';
import type { NewsText } from './news.tsx';
import { type RenewalRecord, readRenewal } from './record.ts';
import type { Renewal } from './words.ts';

/** A decision with what it says. */
export type Sent =
  | { readonly command: 'accept'; readonly body: Shapes['AcceptRenewal'] }
  | { readonly command: 'snooze'; readonly body: Shapes['SnoozeRenewal'] }
  | { readonly command: 'decline'; readonly body: Shapes['DeclineRenewal'] };

/** The proposal is another one than the person has read, so it must not be accepted unread. */
class ProposalChanged extends Error {
  override readonly name = 'ProposalChanged';

  constructor() {
    super(
      'Changed by somebody else: the proposal is another one now. The page shows it. Nothing was decided; decide again.',
    );
  }
}

const sameProposal = (one: Renewal, other: Renewal): boolean =>
  JSON.stringify(one.proposal.changes) === JSON.stringify(other.proposal.changes);

async function sendDecision(seen: Renewal, sent: Sent, key: string): Promise<Sent> {
  const params = { path: { id: seen.id }, header: { 'Idempotency-Key': key } };
  if (sent.command === 'snooze') await api.POST('/v1/renewals/{id}/snooze', { params, body: sent.body });
  else if (sent.command === 'decline') await api.POST('/v1/renewals/{id}/decline', { params, body: sent.body });
  else {
    if (!sameProposal(seen, await readRenewal(seen.id))) throw new ProposalChanged();
    await api.POST('/v1/renewals/{id}/accept', { params, body: sent.body });
  }
  return sent;
}

const DONE: Readonly<Record<Sent['command'], string>> = {
  accept: 'The renewal is accepted. Its successor is shown below.',
  snooze: 'The renewal is snoozed. Nobody is reminded before that day.',
  decline: 'The renewal is declined.',
};

/**
 * Sends decisions about a renewal, each once. If somebody else has decided or changed the proposal meanwhile, nothing is
 * decided, and the page is read again.
 */
export function useDecision({ renewal }: RenewalRecord, onNews: (news: NewsText) => void) {
  const queries = useQueryClient();
  const attempt = async (sent: Sent, key: string): Promise<Sent> => {
    try {
      return await sendDecision(renewal, sent, key);
    } catch (error) {
      if (error instanceof ProposalChanged || isRefusedAs(error, 'wrong_state', 'conflict'))
        await queries.invalidateQueries();
      if (isRefusedAs(error, 'wrong_state', 'conflict'))
        onNews({ kind: 'changed', text: `Your decision was not taken. ${wordsOf(error)}` });
      throw error;
    }
  };
  return useSend(attempt, { onDone: ({ command }) => onNews({ kind: 'done', text: DONE[command] }) });
}

/** Whether the decision may have arrived although no answer came. */
export const mayHaveArrived = (error: unknown): boolean =>
  error instanceof NoAnswer || isRefusedAs(error, 'unavailable');
