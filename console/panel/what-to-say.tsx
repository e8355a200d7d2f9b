import { Alert } from '@mantine/core';

/** What the agent can tell a customer whose case nothing covers. */
export const WhatToSay = () => (
  <Alert color="yellow" variant="light" title="What to say">
    “Your support contract does not cover this request. I have noted it; your account manager can tell you how to extend
    or renew the contract.”
  </Alert>
);
