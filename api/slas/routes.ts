import { findSla, listSlas, upsertSla } from '../../db/slas/slas.ts';
import { PERMISSIONS } from '../../domain/access/roles.ts';
import { slaId } from '../../domain/ids.ts';
import { problemWithSla } from '../../domain/slas/sla.ts';
import type { Endpoint, Services } from '../http/endpoint.ts';
import { changeBy } from '../http/identity.ts';
import { paged, pageOf } from '../http/page.ts';
import { notFound, Problem } from '../http/problem.ts';
import { bodyOf, idOf, queryOf, reasonOf } from '../http/request.ts';
import { pageQuery, reasonQuery } from '../http/schemas.ts';
import { slaAnswer, slasAnswer } from './answers.ts';
import { slaBody } from './schemas.ts';

const TAG = 'SLAs';

export const slaEndpoints = ({ sql }: Services): readonly Endpoint[] => [
  {
    method: 'put',
    path: '/v1/slas/{id}',
    tag: TAG,
    summary: 'Creates or changes an SLA; cases that are already attached keep their due times',
    roles: PERMISSIONS.writeRecords,
    query: reasonQuery,
    body: slaBody,
    answers: {
      200: { means: 'The SLA existed and was changed', body: slaAnswer },
      201: { means: 'The SLA was created', body: slaAnswer },
    },
    handle: async (request, response) => {
      const { firstResponseMinutes = null, resolutionMinutes = null, ...body } = bodyOf(request, slaBody);
      const sla = { id: slaId(idOf(request)), ...body, firstResponseMinutes, resolutionMinutes };
      const refused = problemWithSla(sla);
      if (refused !== undefined) throw new Problem(refused);
      const { record, created } = await upsertSla(sql, sla, changeBy(request, reasonOf(request)));
      response.status(created ? 201 : 200).json(record);
    },
  },
  {
    method: 'get',
    path: '/v1/slas/{id}',
    tag: TAG,
    summary: 'Reads an SLA',
    roles: PERMISSIONS.read,
    answers: { 200: { means: 'The SLA', body: slaAnswer } },
    handle: async (request, response) => {
      const found = await findSla(sql, idOf(request));
      if (found === undefined) throw notFound('SLA', idOf(request));
      response.json(found);
    },
  },
  {
    method: 'get',
    path: '/v1/slas',
    tag: TAG,
    summary: 'Lists SLAs in order of id',
    roles: PERMISSIONS.read,
    query: pageQuery,
    answers: { 200: { means: 'A page', body: slasAnswer } },
    handle: async (request, response) => {
      const page = pageOf(queryOf(request, pageQuery));
      response.json(paged(await listSlas(sql, page), page.limit, ({ id }) => id));
    },
  },
];
