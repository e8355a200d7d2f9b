import type { z } from 'zod';
import { findSla, listSlas, upsertSla } from '../../db/slas/slas.ts';
import { PERMISSIONS } from '../../domain/access/roles.ts';
import { slaId } from '../../domain/ids.ts';
import { problemWithPromise, problemWithSla } from '../../domain/slas/sla.ts';
import { previewOf } from '../../domain/slas/sla-preview.ts';
import type { Endpoint, Services } from '../http/endpoint.ts';
import { changeBy } from '../http/identity.ts';
import { instantOf, iso, isoOrNull } from '../http/instants.ts';
import { paged, pageOf } from '../http/page.ts';
import { notFound, Problem, within } from '../http/problem.ts';
import { bodyOf, idOf, queryOf, reasonOf } from '../http/request.ts';
import { pageQuery, reasonQuery } from '../http/schemas.ts';
import { slaAnswer, slaPreviewAnswer, slasAnswer } from './answers.ts';
import { slaBody, slaPreviewBody } from './schemas.ts';

const TAG = 'SLAs';

/** The SLA that a body describes: what it leaves out is not promised, or has its default. */
const slaOf = ({
  firstResponseMinutes = null,
  resolutionMinutes = null,
  firstResponsePausedBy = null,
  resolutionPausedBy = null,
  ...body
}: z.infer<typeof slaBody>) => ({
  ...body,
  firstResponseMinutes,
  resolutionMinutes,
  firstResponsePausedBy,
  resolutionPausedBy,
});

export const slaEndpoints = ({ sql }: Services): readonly Endpoint[] => [
  {
    method: 'put',
    path: '/v1/slas/{id}',
    tag: TAG,
    summary: 'Creates or changes an SLA; the clocks of cases that are already attached keep their version of it',
    roles: PERMISSIONS.writeRecords,
    query: reasonQuery,
    body: slaBody,
    answers: {
      200: { means: 'The SLA existed and was changed', body: slaAnswer },
      201: { means: 'The SLA was created', body: slaAnswer },
    },
    handle: async (request, response) => {
      const sla = { id: slaId(idOf(request)), ...slaOf(bodyOf(request, slaBody)) };
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
  {
    method: 'post',
    path: '/v1/slas/preview',
    tag: TAG,
    summary: 'Shows when a case that comes in at a moment would be due under an SLA, saved or not; changes nothing',
    roles: PERMISSIONS.read,
    body: slaPreviewBody,
    answers: { 200: { means: 'The due times', body: slaPreviewAnswer } },
    handle: async (request, response) => {
      const { sla, at, localTime, timeZone } = bodyOf(request, slaPreviewBody);
      const { firstResponseMinutes = null, resolutionMinutes = null, calendar } = sla;
      const promise = { firstResponseMinutes, resolutionMinutes, calendar };
      await within('sla', async () => {
        const refused = problemWithPromise(promise);
        if (refused !== undefined) throw new Problem(refused);
      });
      const moment = localTime === undefined ? { at: instantOf(at)?.getTime() ?? Date.now() } : { localTime };
      const preview = previewOf(promise, moment, timeZone ?? null);
      response.json({
        from: iso(preview.from),
        timeZone: preview.timeZone,
        firstResponseDueAt: isoOrNull(preview.firstResponseDueAt),
        resolutionDueAt: isoOrNull(preview.resolutionDueAt),
      });
    },
  },
];
