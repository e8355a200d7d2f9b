import { condition, setDefaultSignalHandler, setHandler } from '@temporalio/workflow';
import type { EpochMs } from '../../domain/calendar.ts';
import type { RenewalDecision } from '../../domain/renewals/renewal-decision.ts';
import { acceptedOf, failureOf, throwIfRefused } from '../messages/refusal-failure.ts';
import { problemWithAcceptance, problemWithDeclination, problemWithSnoozing } from './decision-input.ts';
import {
  type AcceptMessage,
  accept,
  type DeclineMessage,
  decline,
  entitlementChanged,
  type RenewalAnswer,
  renewalState,
  type SnoozeMessage,
  snooze,
} from './renewal-messages.ts';
import { isRenewalNews } from './renewal-news.ts';
import type { RenewalRun } from './renewal-run.ts';
import type { RenewalOperatorView } from './renewal-view.ts';

/** Handles the messages of a renewal: its state, the news of its entitlement, and the three decisions. */
export function listen(run: RenewalRun, view: RenewalOperatorView, now: () => EpochMs): void {
  setHandler(renewalState, () => run.answer, { description: 'The renewal as it stands' });
  setHandler(
    entitlementChanged,
    (news: unknown) => {
      if (isRenewalNews(news)) run.follow(news, now());
      else view.refused(run.answer, entitlementChanged.name, 'cannot be read');
    },
    { description: 'The entitlement was edited, canceled, deleted or renewed by hand' },
  );
  setDefaultSignalHandler((name) => view.refused(run.answer, name, 'is no signal of a renewal'));
  setHandler(accept, (message) => decide(run, message, acceptance(message), now, message), {
    description: 'Accept the renewal, as proposed or with changes',
    validator: (message) => {
      throwIfRefused(problemWithAcceptance(message));
      throwIfRefused(whyImpossible(run, message, acceptance(message), now));
    },
  });
  setHandler(decline, (message) => decide(run, message, declination(message), now), {
    description: 'Decline the renewal, with a reason',
    validator: (message) => {
      throwIfRefused(problemWithDeclination(message));
      throwIfRefused(whyImpossible(run, message, declination(message), now));
    },
  });
  setHandler(snooze, (message) => decide(run, message, snoozing(message), now), {
    description: 'Put the renewal off until a day',
    validator: (message) => {
      throwIfRefused(problemWithSnoozing(message));
      throwIfRefused(whyImpossible(run, message, snoozing(message), now));
    },
  });
}

const acceptance = ({ by, reason }: AcceptMessage): RenewalDecision => ({ kind: 'accept', by, reason });
const declination = ({ by, reason }: DeclineMessage): RenewalDecision => ({ kind: 'decline', by, reason });
const snoozing = ({ by, reason, until }: SnoozeMessage): RenewalDecision => ({ kind: 'snooze', until, by, reason });

type Keyed = { readonly key: string };

/** Answers once the decision is written and announced. A renewal that is being revived decides once it is restored. */
async function decide(
  run: RenewalRun,
  message: Keyed,
  decision: RenewalDecision,
  now: () => EpochMs,
  acceptMessage: AcceptMessage | null = null,
): Promise<RenewalAnswer> {
  if (!run.isReady) await condition(() => run.isReady || run.isUnknown);
  if (run.isUnknown) throw failureOf({ code: 'not_found', detail: 'There is no such renewal.' });
  const outcome = acceptedOf(run.decide(message, decision, now(), acceptMessage));
  await condition(() => run.isDone(outcome.seq));
  throwIfRefused(run.refusalAt(outcome.seq));
  return run.answer;
}

/** Why the decision cannot be taken. A renewal that is being revived cannot tell yet. */
const whyImpossible = (run: RenewalRun, { key }: Keyed, decision: RenewalDecision, now: () => EpochMs) =>
  run.isReady ? run.refusalOf(key, decision, now()) : undefined;
