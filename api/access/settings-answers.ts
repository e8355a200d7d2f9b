import type { OrganisationSettings } from '../../db/access/settings.ts';
import { sentAs } from '../http/sent.ts';
import { settingsBody } from './settings-schemas.ts';

export const settingsAnswer = sentAs<OrganisationSettings>()(
  settingsBody.required().meta({ id: 'Settings', description: "The organisation's settings" }),
);
