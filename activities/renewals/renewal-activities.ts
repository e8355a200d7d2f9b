import type { RenewalActivities } from '../../workflows/renewals/ports.ts';
import { makeSuccessor, type SuccessorParts } from './make-successor.ts';
import { recallRenewal } from './recall-renewal.ts';
import { takeRenewalStep } from './take-step.ts';

/** `publicUrl` is the address at which people reach the API. The links in mails begin with it. */
export const createRenewalActivities = (parts: SuccessorParts, publicUrl: string): RenewalActivities => ({
  takeRenewalStep: (taken) => takeRenewalStep(parts.sql, taken, publicUrl),
  recallRenewal: (which) => recallRenewal(parts.sql, which),
  makeSuccessor: (taken, accept) => makeSuccessor(parts, taken, accept),
});
