import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { projectDir } from '../runtime/project-dir.ts';
import { whyKnown } from './known-narrowings.ts';
import { type DifferenceKind, type DocumentDifference, differencesBetween } from './openapi-differences.ts';
import { presentDocument, textOfDocument } from './openapi-document.ts';
import { documentFrom, NoDocument } from './openapi-source.ts';

const FILE = 'openapi.json';
/** At most this many places of one difference are printed. */
const PLACES_SHOWN = 4;
const KINDS: readonly DifferenceKind[] = ['removed', 'narrowed', 'widened', 'added'];

async function run({ compare }: { compare?: string }): Promise<void> {
  if (compare === undefined) {
    await writeFile(join(projectDir, FILE), textOfDocument(presentDocument()));
    console.log(`${FILE} is written.`);
    return;
  }
  const differences = differencesBetween(await documentFrom(compare, projectDir), presentDocument());
  console.log(`From ${compare} to the present code: ${KINDS.map((kind) => countOf(differences, kind)).join(', ')}.`);
  for (const kind of KINDS) for (const line of linesOf(differences, kind)) console.log(line);
}

const countOf = (differences: readonly DocumentDifference[], wanted: DifferenceKind): string =>
  `${differences.filter(({ kind }) => kind === wanted).length} ${wanted}`;

function linesOf(differences: readonly DocumentDifference[], wanted: DifferenceKind): string[] {
  const places = new Map<string, DocumentDifference[]>();
  for (const difference of differences)
    if (difference.kind === wanted) places.set(difference.what, [...(places.get(difference.what) ?? []), difference]);
  return [...places].map(([what, found]) => {
    const where = found.map((difference) => difference.where);
    const more = where.length > PLACES_SHOWN ? `, and in ${where.length - PLACES_SHOWN} other places` : '';
    const why = found.map(whyKnown)[0];
    const known = why === undefined ? '' : ` (known: ${why})`;
    return `${wanted}: ${what}${known}\n    in ${where.slice(0, PLACES_SHOWN).join(', ')}${more}`;
  });
}

const command = new Command('npm run openapi --')
  .description(`Writes ${FILE}, what the API answers at /openapi.json.`)
  .option('--compare <commit or file>', 'print how the present document differs from that one, and write nothing')
  .action(run);

try {
  await command.parseAsync();
} catch (error) {
  console.error(error instanceof NoDocument ? error.message : error);
  process.exitCode = 1;
}
