import { search } from '../../db/home/search.ts';
import { PERMISSIONS } from '../../domain/access/roles.ts';
import type { Endpoint, Services } from '../http/endpoint.ts';
import { accessScopeOf, identityOf } from '../http/identity.ts';
import { queryOf } from '../http/request.ts';
import { searchAnswer } from './search-answers.ts';
import { searchQuery } from './search-schemas.ts';
import { readWork } from './work.ts';
import { workAnswer } from './work-answers.ts';

export const homeEndpoints = ({ sql }: Services): readonly Endpoint[] => [
  {
    method: 'get',
    path: '/v1/search',
    tag: 'Home',
    summary: 'Lists the customers, entitlements and cases whose id or name matches a text',
    roles: PERMISSIONS.read,
    query: searchQuery,
    answers: { 200: { means: 'The best matches of each kind', body: searchAnswer } },
    handle: async (request, response) => {
      const { q: text, limit } = queryOf(request, searchQuery);
      response.json(await search(sql, { text, limit }, accessScopeOf(request)));
    },
  },
  {
    method: 'get',
    path: '/v1/work',
    tag: 'Home',
    summary: 'Shows the headline figures and the work lists of the caller, most urgent first',
    roles: PERMISSIONS.read,
    answers: { 200: { means: 'The figures and the lists', body: workAnswer } },
    handle: async (request, response) => {
      const { role } = identityOf(request);
      response.json(await readWork(sql, { role, accessScope: accessScopeOf(request), now: Date.now() }));
    },
  },
];
