import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { Command } from 'commander';
import { projectDir } from '../runtime/project-dir.ts';
import { type DifferenceKind, type DocumentDifference, differencesBetween } from './openapi-differences.ts';
import { presentDocument, textOfDocument } from './openapi-document.ts';

const FILE = 'openapi.json';
const MAX_BYTES = 20_000_000;
/** At most this many places of one difference are printed. */
const PLACES_SHOWN = 4;
const KINDS: readonly DifferenceKind[] = ['removed', 'narrowed', 'widened', 'added'];

async function run({ compare }: { compare?: string }): Promise<void> {
  if (compare === undefined) {
    await writeFile(join(projectDir, FILE), textOfDocument(presentDocument()));
    console.log(`${FILE} is written.`);
    return;
  }
  const differences = differencesBetween(await documentOf(compare), presentDocument());
  console.log(`From ${compare} to the present code: ${KINDS.map((kind) => countOf(differences, kind)).join(', ')}.`);
  for (const kind of KINDS) for (const line of linesOf(differences, kind)) console.log(line);
}

const countOf = (differences: readonly DocumentDifference[], wanted: DifferenceKind): string =>
  `${differences.filter(({ kind }) => kind === wanted).length} ${wanted}`;

function linesOf(differences: readonly DocumentDifference[], wanted: DifferenceKind): string[] {
  const places = new Map<string, string[]>();
  for (const { kind, where, what } of differences)
    if (kind === wanted) places.set(what, [...(places.get(what) ?? []), where]);
  return [...places].map(([what, where]) => {
    const more = where.length > PLACES_SHOWN ? `, and in ${where.length - PLACES_SHOWN} other places` : '';
    return `${wanted}: ${what}\n    in ${where.slice(0, PLACES_SHOWN).join(', ')}${more}`;
  });
}

/** From a file, or from the openapi.json of a commit. */
async function documentOf(source: string): Promise<object> {
  const bytes = await readFile(source).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (bytes === undefined) return JSON.parse(await textAt(source)) as object;
  return JSON.parse((source.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')) as object;
}

async function textAt(commit: string): Promise<string> {
  const options = { cwd: projectDir, maxBuffer: MAX_BYTES };
  try {
    const { stdout } = await promisify(execFile)('git', ['show', `${commit}:${FILE}`], options);
    return stdout;
  } catch {
    console.error(
      `"${commit}" is no file, and no commit that has ${FILE}. Released documents are in test/openapi/, for example test/openapi/0.1.0.json.gz.`,
    );
    process.exit(1);
  }
}

await new Command('npm run openapi --')
  .description(`Writes ${FILE}, what the API answers at /openapi.json.`)
  .option('--compare <commit or file>', 'print how the present document differs from that one, and write nothing')
  .action(run)
  .parseAsync();
