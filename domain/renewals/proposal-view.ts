import type { EpochMs } from '../calendar.ts';
import type { Proposal } from './proposal.ts';

const iso = (at: EpochMs): string => new Date(at).toISOString();

/** A proposal as the API and events show it: instants in RFC 3339. */
export const proposalView = ({ usage, ...proposal }: Proposal) => ({
  ...proposal,
  usage: {
    ...usage,
    at: iso(usage.at),
    firstActivatedAt: usage.firstActivatedAt === null ? null : iso(usage.firstActivatedAt),
    allotments: usage.allotments.map((one) => ({ ...one, startsAt: iso(one.startsAt) })),
  },
});

export type ProposalView = ReturnType<typeof proposalView>;
