import { CASE_SORTS, listCases } from '../../db/cases/case-list.ts';
import { PERMISSIONS } from '../../domain/access/roles.ts';
import type { Endpoint, Services } from '../http/endpoint.ts';
import { answerList } from '../http/exported-list.ts';
import { accessScopeOf } from '../http/identity.ts';
import { queryOf } from '../http/request.ts';
import { casesAnswer } from './answers.ts';
import { CASE_COLUMNS } from './case-columns.ts';
import { listedCaseView } from './listed-case.ts';
import { caseQuery } from './schemas.ts';

export const caseListEndpoints = ({ sql }: Services): readonly Endpoint[] => [
  {
    method: 'get',
    path: '/v1/cases',
    tag: 'Cases',
    summary: 'Lists cases by customer, entitlement, status and channel, those at risk, or those without an entitlement',
    roles: PERMISSIONS.read,
    query: caseQuery,
    answers: { 200: { means: 'A page', body: casesAnswer, csv: true } },
    handle: async (request, response) => {
      const { withoutEntitlement, atRisk, ...query } = queryOf(request, caseQuery);
      const now = Date.now();
      const filter = {
        ...query,
        withoutEntitlement: withoutEntitlement === 'true',
        atRiskAt: atRisk === 'true' ? now : undefined,
      };
      await answerList(request, response, query, {
        name: 'cases',
        sorts: CASE_SORTS,
        read: (page) => listCases(sql, page, filter, accessScopeOf(request)),
        view: (supportCase) => listedCaseView(supportCase, now),
        columns: CASE_COLUMNS,
      });
    },
  },
];
