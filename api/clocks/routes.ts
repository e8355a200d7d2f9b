import { findCase } from '../../db/cases/cases.ts';
import { readClocks } from '../../db/clocks/case-clocks.ts';
import { PERMISSIONS } from '../../domain/access/roles.ts';
import type { Endpoint, Services } from '../http/endpoint.ts';
import { accessScopeOf } from '../http/identity.ts';
import { iso } from '../http/instants.ts';
import { notFound } from '../http/problem.ts';
import { idOf } from '../http/request.ts';
import { clocksAnswer } from './answers.ts';
import { clocksView } from './clock-view.ts';

export const clockEndpoints = ({ sql }: Services): readonly Endpoint[] => [
  {
    method: 'get',
    path: '/v1/cases/{id}/clocks',
    tag: 'Cases',
    summary: 'Shows the service-level clocks of a case, and the spans that explain each of them',
    roles: PERMISSIONS.read,
    answers: { 200: { means: 'The clocks; none where no SLA promises anything', body: clocksAnswer } },
    handle: async (request, response) => {
      const id = idOf(request);
      if ((await findCase(sql, id, accessScopeOf(request))) === undefined) throw notFound('case', id);
      const read = await readClocks(sql, id, Date.now());
      response.json({ caseId: id, asOf: iso(read.now), holds: read.holds, clocks: clocksView(read) });
    },
  },
];
