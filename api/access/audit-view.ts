import type { z } from 'zod';
import type { AuditEntry } from '../../db/access/audit.ts';
import { factsView } from '../ledger/view.ts';
import type { auditEntry } from './audit-answers.ts';

/** An entry of the audit as callers see it. */
export const entryView = ({
  id,
  at,
  by,
  role,
  action,
  recordType,
  recordId,
  before,
  after,
  reason,
}: AuditEntry): z.infer<typeof auditEntry> => ({
  id,
  at: at.toISOString(),
  by,
  role,
  action,
  recordType,
  recordId,
  before,
  after: after !== null && isFromLedger(recordType) ? factsView(after) : after,
  reason,
});

/** The audit of these records keeps the facts of ledger rows as the ledger stores them. */
const isFromLedger = (recordType: string): boolean => recordType === 'entitlement' || recordType === 'case';
