import type { RenewalActivities } from '../activities/renewal.ts';
import type { Sql } from '../db/connect.ts';
import type { EntitlementsGateway } from '../gateway/entitlements-gateway.ts';
import { makeSuccessor } from './make-successor.ts';
import { takeRenewalStep } from './take-step.ts';

/** `publicUrl`: where people reach the API, for the links in mails. */
export const createRenewalActivities = (
  sql: Sql,
  gateway: EntitlementsGateway,
  publicUrl: string,
): RenewalActivities => ({
  takeRenewalStep: (taken) => takeRenewalStep(sql, taken, publicUrl),
  makeSuccessor: (taken, accept) => makeSuccessor(sql, gateway, taken, accept),
});
