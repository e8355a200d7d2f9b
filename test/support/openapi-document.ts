import { inject } from 'vitest';

/** /openapi.json of the API under test, read as the type that the caller names. */
export async function openApiDocument<Document>(): Promise<Document> {
  const response = await fetch(`${inject('apiUrl')}/openapi.json`);
  if (response.status !== 200) throw new Error(`/openapi.json answered ${response.status}`);
  return (await response.json()) as Document;
}
