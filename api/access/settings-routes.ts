import { readOrganisationSettings, writeOrganisationSettings } from '../../db/access/settings.ts';
import { PERMISSIONS } from '../../domain/access/roles.ts';
import type { Endpoint, Services } from '../http/endpoint.ts';
import { changeBy } from '../http/identity.ts';
import { bodyOf, reasonOf } from '../http/request.ts';
import { reasonQuery } from '../http/schemas.ts';
import { settingsAnswer } from './settings-answers.ts';
import { settingsBody } from './settings-schemas.ts';

export const settingsEndpoints = ({ sql }: Services): readonly Endpoint[] => [
  {
    method: 'get',
    path: '/v1/settings',
    tag: 'Settings',
    summary: "Reads the organisation's settings",
    roles: PERMISSIONS.read,
    answers: { 200: { means: 'The settings', body: settingsAnswer } },
    handle: async (_request, response) => {
      response.json(await readOrganisationSettings(sql));
    },
  },
  {
    method: 'put',
    path: '/v1/settings',
    tag: 'Settings',
    summary: "Changes the organisation's settings; fields that are left out stay as they are",
    roles: PERMISSIONS.changeSettings,
    query: reasonQuery,
    body: settingsBody,
    answers: { 200: { means: 'The settings as they are now', body: settingsAnswer } },
    handle: async (request, response) => {
      const settings = bodyOf(request, settingsBody);
      response.json(await writeOrganisationSettings(sql, settings, changeBy(request, reasonOf(request))));
    },
  },
];
