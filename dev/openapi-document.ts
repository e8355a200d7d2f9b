import { endpointsOf } from '../api/app.ts';
import { openApiDocument } from '../api/http/openapi.ts';

/** The document that the API answers at `/openapi.json`, made without servers: endpoints use their services only when they are called. */
export const presentDocument = (): object => openApiDocument(endpointsOf({} as Parameters<typeof endpointsOf>[0]));

/** The text of openapi.json: each value on a line of its own, so that a difference shows where it is. */
export const textOfDocument = (document: object): string => `${JSON.stringify(document, null, 1)}\n`;
