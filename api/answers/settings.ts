import type { OrganisationSettings } from '../../db/access/settings.ts';
import { settingsBody } from '../schemas.ts';
import { sentAs } from './sent.ts';

export const settingsAnswer = sentAs<OrganisationSettings>()(
  settingsBody.required().meta({ id: 'Settings', description: "The organisation's settings" }),
);
