import { endpointsOf } from '../api/app.ts';
import type { Parts } from '../api/endpoint.ts';
import { openApiDocument } from '../api/openapi.ts';

/** The document that the API answers at `/openapi.json`, made without servers: endpoints use their parts only when called. */
export const presentDocument = (): object => openApiDocument(endpointsOf({} as Parts));

/** The text of openapi.json: one line a value, so that a change shows where it is. */
export const textOfDocument = (document: object): string => `${JSON.stringify(document, null, 1)}\n`;
