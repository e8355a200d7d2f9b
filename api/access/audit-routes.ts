import type { z } from 'zod';
import { type AuditEntry, type AuditPlace, listAudit } from '../../db/access/audit.ts';
import { PERMISSIONS } from '../../domain/access/roles.ts';
import { isInstant } from '../../domain/calendar.ts';
import type { Endpoint, Services } from '../http/endpoint.ts';
import { paged, pageOf } from '../http/page.ts';
import { problem } from '../http/problem.ts';
import { queryOf } from '../http/request.ts';
import { factsView } from '../ledger/routes.ts';
import { auditQuery } from './access-schemas.ts';
import { auditAnswer, type auditEntry } from './audit-answers.ts';

export const auditEndpoints = ({ sql }: Services): readonly Endpoint[] => [
  {
    method: 'get',
    path: '/v1/audit',
    tag: 'Audit',
    summary:
      'Who changed what, when and why, newest first: records, settings, keys, entitlements, and of cases what needs a privilege',
    roles: PERMISSIONS.readAudit,
    query: auditQuery,
    answers: { 200: { means: 'A page', body: auditAnswer } },
    handle: async (request, response) => {
      const { limit, cursor, since, until, ...named } = queryOf(request, auditQuery);
      const after = placeOf(pageOf({ limit, cursor }).after);
      const filter = { ...named, since: instantOf(since), until: instantOf(until) };
      const entries = await listAudit(sql, { limit, after }, filter);
      response.json(paged(entries.map(entryView), limit, ({ at, id }) => `${Date.parse(at)}/${id}`));
    },
  },
];

const instantOf = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));

/** The place that a cursor names. */
function placeOf(after: string | null): AuditPlace | null {
  if (after === null) return null;
  const [, at, id] = /^(\d{1,15})\/(\d{1,15})$/.exec(after) ?? [];
  if (at === undefined || id === undefined || !isInstant(Number(at)))
    throw problem('validation_failed', 'The cursor is not valid for this list: pass nextCursor as it came.', 'cursor');
  return { at: new Date(Number(at)), id: Number(id) };
}

const entryView = ({
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

/** What a ledger row says is kept as the ledger has it. */
const isFromLedger = (recordType: string): boolean => recordType === 'entitlement' || recordType === 'case';
