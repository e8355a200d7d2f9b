import { useDebouncedValue } from '@mantine/hooks';
import { useMemo } from 'react';
import { $api, type Shapes } from '../data/api.ts';

/** A case that is asked about: the fields of `POST /v1/cases/match`. */
export type CaseQuestion = Shapes['MatchInput'];
export type Match = Shapes['Match'];
export type Candidate = Shapes['MatchCandidate'];

const TYPING_MS = 250;
/** What others take from the same contracts shows after this time. */
const FRESH_MS = 15_000;

/**
 * What each entitlement of the customer would do with the case, asked anew while the person types. Nothing changes. Until
 * the answer to the present question is there, the one before stays, and `isCurrent` is false.
 */
export function useMatch(question: CaseQuestion | null) {
  // Callers make the question anew each time that they are drawn; only another content may start the wait again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: equal questions are one.
  const same = useMemo(() => question, [JSON.stringify(question)]);
  const [asked] = useDebouncedValue(same, TYPING_MS);
  const query = $api.useQuery(
    'post',
    '/v1/cases/match',
    { body: asked ?? { customerId: '' } },
    { enabled: asked !== null, refetchInterval: FRESH_MS, placeholderData: (before) => before },
  );
  return { ...query, isCurrent: asked === same && query.isSuccess && !query.isPlaceholderData };
}

/** The entitlement that the case would get; undefined when none takes it. */
export const pickedOf = ({ picked, candidates }: Match): Candidate | undefined =>
  candidates.find(({ entitlementId }) => entitlementId === picked?.entitlementId);
