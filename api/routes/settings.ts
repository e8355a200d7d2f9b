import { readOrganisationSettings, writeOrganisationSettings } from '../../db/settings.ts';
import type { Endpoint, Parts } from '../endpoint.ts';
import { bodyOf } from '../request.ts';
import { settingsBody } from '../schemas.ts';

export const settingsEndpoints = ({ sql }: Parts): readonly Endpoint[] => [
  {
    method: 'get',
    path: '/v1/settings',
    tag: 'Settings',
    summary: "The organisation's settings",
    answers: { 200: 'The settings' },
    handle: async (_request, response) => {
      response.json(await readOrganisationSettings(sql));
    },
  },
  {
    method: 'put',
    path: '/v1/settings',
    tag: 'Settings',
    summary: "Change the organisation's settings; what is not named stays",
    body: settingsBody,
    answers: { 200: 'The settings as they are now' },
    handle: async (request, response) => {
      response.json(await writeOrganisationSettings(sql, bodyOf(request, settingsBody)));
    },
  },
];
