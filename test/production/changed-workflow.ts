import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectDir } from '../../runtime/project-dir.ts';

const runFile = promisify(execFile);

/** What a changed version writes into the memo of each entitlement that it decides on. */
export const MARK = { memo: 'changedVersion', patch: 'test-marks-decisions' } as const;

/** Where workflow code of the changed versions differs: with each decision, one more command. */
const FILE = join('workflows', 'entitlements', 'operator-view.ts');
const BEFORE = '    const { status, details, endsAt } = entitlement;\n';
const IMPORT = "import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';";
const OUTPUT_LIMIT_BYTES = 20_000_000;

/**
 * A checkout in `dir` whose workflows do more than the present ones: they mark each decision. `patched` says whether the
 * change is guarded as CONTRIBUTING.md asks; an unguarded one is the mistake that the guard is for. Everything else is the
 * present build.
 */
export async function changedVersion(dir: string, { patched }: { patched: boolean }): Promise<string> {
  await mkdir(dir, { recursive: true });
  for (const part of ['package.json', 'domain', 'workflows', 'runtime', 'dist', 'db'])
    await cp(join(projectDir, part), join(dir, part), { recursive: true });
  await symlink(join(projectDir, 'node_modules'), join(dir, 'node_modules'));
  const file = join(dir, FILE);
  const source = await readFile(file, 'utf8');
  const condition = patched
    ? `entitlement.seq !== before?.seq && patched('${MARK.patch}')`
    : 'entitlement.seq !== before?.seq';
  const changed = source
    .replace(
      IMPORT,
      "import { patched, setCurrentDetails, upsertMemo, upsertSearchAttributes } from '@temporalio/workflow';",
    )
    .replace(BEFORE, `${BEFORE}    if (${condition}) upsertMemo({ ${MARK.memo}: entitlement.seq });\n`);
  if (!changed.includes('upsertMemo({') || !changed.includes('import { patched'))
    throw new Error(`${FILE} has changed: the change that this test makes to it does not apply.`);
  await writeFile(file, changed);
  await runFile(process.execPath, [join(dir, 'dist', 'dev', 'bundle.js')], { cwd: dir, maxBuffer: OUTPUT_LIMIT_BYTES });
  return dir;
}
