import { ActionableError } from './failure.ts';

const DEFAULT_URL = 'http://127.0.0.1:8080';

export interface Connection {
  readonly url: string;
  readonly apiKey: string;
}

/** Where the API is (`ALLOT_URL`, else port 8080 of this machine) and the key to call it with (`ALLOT_API_KEY`). */
export function connectionFrom(env: Readonly<Record<string, string | undefined>>): Connection {
  const url = env.ALLOT_URL || DEFAULT_URL;
  if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : ''))
    throw new ActionableError(`ALLOT_URL is "${url}"; it must be an address such as ${DEFAULT_URL}.`);
  const apiKey = env.ALLOT_API_KEY?.trim();
  if (!apiKey)
    throw new ActionableError(
      'There is no API key: set ALLOT_API_KEY. `npm start` makes a key for development, which `npm run` then finds.',
    );
  return { url, apiKey };
}
