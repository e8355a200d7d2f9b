import type { Request } from 'express';
import {
  deleteTemplate,
  findTemplate,
  listTemplates,
  type Made,
  makeTemplate,
  replaceTemplate,
  type TemplateRecord,
} from '../../db/entitlements/templates.ts';
import { PERMISSIONS } from '../../domain/access/roles.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import { templateId } from '../../domain/ids.ts';
import { idFrom } from '../../runtime/id-from.ts';
import type { Endpoint, Services } from '../http/endpoint.ts';
import { changeBy } from '../http/identity.ts';
import { paged, pageOf } from '../http/page.ts';
import { keyReused, notFound, type Problem, problem } from '../http/problem.ts';
import { bodyOf, idOf, keyOf, queryOf, reasonOf } from '../http/request.ts';
import { pageQuery, reasonQuery } from '../http/schemas.ts';
import { templateAnswer, templatesAnswer } from './template-answers.ts';
import { templateFrom } from './template-input.ts';
import { templateBody, templateReplacement } from './template-schemas.ts';
import { templateView } from './template-view.ts';

const TAG = 'Templates';
const PREFIX = 'tpl';

export const templateEndpoints = ({ sql }: Services): readonly Endpoint[] => [
  {
    method: 'post',
    path: '/v1/templates',
    tag: TAG,
    summary: 'Creates a template, from which entitlements are created',
    roles: PERMISSIONS.writeEntitlements,
    query: reasonQuery,
    body: templateBody,
    onceOnly: true,
    answers: { 201: { means: 'The template', body: templateAnswer } },
    refusals: ['not_found', 'conflict'],
    handle: async (request, response) => {
      const { id: own, ...body } = bodyOf(request, templateBody);
      const key = keyOf(request);
      const id = templateId(own ?? idFrom(PREFIX, key));
      const template = await templateFrom(sql, id, body);
      const mark = fingerprint(['template', own, body]);
      const made = await makeTemplate(sql, template, { key, fingerprint: mark }, changeBy(request, reasonOf(request)));
      if (!('record' in made)) throw notMade(made, { key, id });
      response.status(201).location(`/v1/templates/${id}`).json(templateView(made.record));
    },
  },
  {
    method: 'get',
    path: '/v1/templates',
    tag: TAG,
    summary: 'Lists templates in order of id',
    roles: PERMISSIONS.read,
    query: pageQuery,
    answers: { 200: { means: 'A page', body: templatesAnswer } },
    handle: async (request, response) => {
      const page = pageOf(queryOf(request, pageQuery));
      const templates = await listTemplates(sql, page);
      response.json(paged(templates.map(templateView), page.limit, ({ id }) => id));
    },
  },
  {
    method: 'get',
    path: '/v1/templates/{id}',
    tag: TAG,
    summary: 'Reads a template',
    roles: PERMISSIONS.read,
    answers: { 200: { means: 'The template', body: templateAnswer } },
    handle: async (request, response) => {
      response.json(templateView(found(await findTemplate(sql, idOf(request)), request)));
    },
  },
  {
    method: 'put',
    path: '/v1/templates/{id}',
    tag: TAG,
    summary: 'Replaces a template; entitlements that were created from it stay as they are',
    roles: PERMISSIONS.writeEntitlements,
    query: reasonQuery,
    body: templateReplacement,
    answers: { 200: { means: 'The template as it is now', body: templateAnswer } },
    handle: async (request, response) => {
      const template = await templateFrom(sql, templateId(idOf(request)), bodyOf(request, templateReplacement));
      const replaced = await replaceTemplate(sql, template, changeBy(request, reasonOf(request)));
      response.json(templateView(found(replaced, request)));
    },
  },
  {
    method: 'delete',
    path: '/v1/templates/{id}',
    tag: TAG,
    summary: 'Deletes a template; entitlements that were created from it keep its id',
    roles: PERMISSIONS.writeEntitlements,
    query: reasonQuery,
    answers: { 204: 'The template is deleted' },
    handle: async (request, response) => {
      const origin = changeBy(request, reasonOf(request));
      if (!(await deleteTemplate(sql, templateId(idOf(request)), origin))) throw unknown(request);
      response.status(204).end();
    },
  },
];

function found(template: TemplateRecord | undefined, request: Request): TemplateRecord {
  if (template === undefined) throw unknown(request);
  return template;
}

const unknown = (request: Request): Problem => notFound('template', idOf(request));

function notMade({ outcome }: Exclude<Made, { record: unknown }>, { key, id }: { key: string; id: string }): Problem {
  switch (outcome) {
    case 'other_content':
      return keyReused(key);
    case 'deleted':
      return problem(
        'conflict',
        'The template that this key made was deleted. Use another key for a new template.',
        'Idempotency-Key',
      );
    case 'taken':
      return problem('conflict', `The template ${id} exists already. Use another id, or replace it with PUT.`, 'id');
  }
}
