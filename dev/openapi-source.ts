import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';

const FILE = 'openapi.json';
const MAX_BYTES = 20_000_000;

/** There is no document under a name; the message says what the name lacks. */
export class NoDocument extends Error {
  constructor(why: string) {
    super(`${why} Released documents are in test/openapi/, for example test/openapi/0.1.0.json.gz.`);
  }
}

/** The OpenAPI document of a file, or of a commit or branch of the repository. */
export async function documentFrom(source: string, repository: string): Promise<object> {
  const bytes = await readFile(source).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (bytes === undefined) return JSON.parse(await textAt(source, repository)) as object;
  return JSON.parse((source.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')) as object;
}

async function textAt(name: string, repository: string): Promise<string> {
  const commit = (await commitOf(name, repository)) ?? (await commitOf(`origin/${name}`, repository));
  if (commit === undefined) throw new NoDocument(`"${name}" is neither a file nor a commit of this repository.`);
  const text = await git(repository, 'show', `${commit}:${FILE}`);
  if (text === undefined) throw new NoDocument(`The commit "${name}" has no ${FILE}: it may be older than that file.`);
  return text;
}

/** The hash of a commit. A clone has only some branches of its own; the others stand under the name of its origin. */
const commitOf = async (name: string, repository: string): Promise<string | undefined> =>
  (await git(repository, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`))?.trim();

/** What git prints; undefined when it fails. */
const git = (repository: string, ...args: readonly string[]): Promise<string | undefined> =>
  promisify(execFile)('git', args, { cwd: repository, maxBuffer: MAX_BYTES }).then(
    ({ stdout }) => stdout,
    () => undefined,
  );
