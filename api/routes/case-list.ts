import { CASE_SORTS, listCases } from '../../db/cases/case-list.ts';
import { MAY } from '../../domain/access/roles.ts';
import { casesAnswer } from '../answers/cases.ts';
import type { Endpoint, Parts } from '../endpoint.ts';
import { sightOf } from '../identity.ts';
import { listAnswer, listPageOf } from '../list-page.ts';
import { caseQuery } from '../list-queries.ts';
import { queryOf } from '../request.ts';

export const caseListEndpoints = ({ sql }: Pick<Parts, 'sql'>): readonly Endpoint[] => [
  {
    method: 'get',
    path: '/v1/cases',
    tag: 'Cases',
    summary: 'Cases by customer, entitlement, status and channel, or those without an entitlement',
    roles: MAY.read,
    query: caseQuery,
    answers: { 200: { means: 'A page', body: casesAnswer } },
    handle: async (request, response) => {
      const { withoutEntitlement, ...query } = queryOf(request, caseQuery);
      const filter = { ...query, withoutEntitlement: withoutEntitlement === 'true' };
      const listed = await listCases(sql, listPageOf(CASE_SORTS, query), filter, sightOf(request));
      response.json(listAnswer(listed, query, (kase) => kase));
    },
  },
];
