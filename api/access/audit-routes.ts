import { type AuditPlace, listAudit } from '../../db/access/audit.ts';
import { PERMISSIONS } from '../../domain/access/roles.ts';
import { isInstant } from '../../domain/calendar.ts';
import type { Endpoint, Services } from '../http/endpoint.ts';
import { instantOf } from '../http/instants.ts';
import { paged, pageOf } from '../http/page.ts';
import { invalidCursor } from '../http/problem.ts';
import { queryOf } from '../http/request.ts';
import { auditAnswer } from './audit-answers.ts';
import { auditQuery } from './audit-schemas.ts';
import { entryView } from './audit-view.ts';

export const auditEndpoints = ({ sql }: Services): readonly Endpoint[] => [
  {
    method: 'get',
    path: '/v1/audit',
    tag: 'Audit',
    summary:
      'Lists changes, newest first: who changed which record, setting, key or entitlement, and privileged changes of cases',
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

/** The place that a cursor names. Refuses `validation_failed` for any other text. */
function placeOf(after: string | null): AuditPlace | null {
  if (after === null) return null;
  const [, at, id] = /^(\d{1,15})\/(\d{1,15})$/.exec(after) ?? [];
  if (at === undefined || id === undefined || !isInstant(Number(at))) throw invalidCursor();
  return { at: new Date(Number(at)), id: Number(id) };
}
