import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectDir } from '../runtime/project-dir.ts';
import { ReplayFailure, systemCode } from './failure.ts';

const DEFAULT_URL = 'http://127.0.0.1:8080';

/** The incident log that comes with the project. */
export const BUNDLED_LOG = join(projectDir, 'tools', 'replay', 'data', 'incidents.csv.gz');

interface Connection {
  readonly url: string;
  readonly apiKey: string;
}

/** Where the API is and with which key: `ALLOT_URL` and `ALLOT_API_KEY`, else the local system's. Refuses no key. */
export async function connectionFrom(env: NodeJS.ProcessEnv, root = projectDir): Promise<Connection> {
  const url = env.ALLOT_URL || DEFAULT_URL;
  if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : ''))
    throw new ReplayFailure(`ALLOT_URL is "${url}", and should be an address such as ${DEFAULT_URL}.`);
  return { url, apiKey: env.ALLOT_API_KEY?.trim() || (await devKey(root)) };
}

async function devKey(root: string): Promise<string> {
  const missing = new ReplayFailure(
    'There is no API key: set ALLOT_API_KEY, or run `npm start` once, which makes a development key in .allot/dev-key.',
  );
  try {
    const key = (await readFile(join(root, '.allot', 'dev-key'), 'utf8')).trim();
    if (key === '') throw missing;
    return key;
  } catch (error) {
    throw systemCode(error) === 'ENOENT' ? missing : error;
  }
}
