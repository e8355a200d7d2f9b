import type { OrganisationSettings } from '../../db/access/settings.ts';
import { settingsBody } from '../http/schemas.ts';
import { sentAs } from '../http/sent.ts';

export const settingsAnswer = sentAs<OrganisationSettings>()(
  settingsBody.required().meta({ id: 'Settings', description: "The organisation's settings" }),
);
