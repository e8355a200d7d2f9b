import { Alert } from '@mantine/core';

/** By the reason for which a case gets no entitlement. */
const WORDS: Readonly<Partial<Record<string, string>>> = {
  none_active: 'You have no active support contract with us at the moment.',
  all_exhausted: 'What your support contract includes is used up for now.',
  none_covers: 'Your support contract does not cover this request.',
};
const OTHERWISE = 'Your support contract does not cover this request.';
const WAY_ON = 'I have noted it, and your account manager can tell you how to renew or extend the contract.';

/** What the agent can tell a customer whose case nothing covers. */
export const WhatToSay = ({ reason }: { readonly reason: string | undefined }) => (
  <Alert color="yellow" variant="light" title="What to say">
    “{WORDS[reason ?? ''] ?? OTHERWISE} {WAY_ON}”
  </Alert>
);
