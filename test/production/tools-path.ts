import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { TemporalPrograms } from '../../dev/temporal-build.ts';

/**
 * A PATH that begins with the programs that the scripts of docker-compose.yml find in their images: `psql`, `temporal` and
 * `temporal-sql-tool`.
 */
export async function toolsPath(dir: string, { sqlTool }: TemporalPrograms, temporalCli: string): Promise<string> {
  await mkdir(dir, { recursive: true });
  await symlink(temporalCli, join(dir, 'temporal'));
  await symlink(sqlTool, join(dir, 'temporal-sql-tool'));
  const psql = join(dir, 'psql');
  await writeFile(psql, `#!/bin/sh\nexec '${process.execPath}' '${join(import.meta.dirname, 'psql.mjs')}' "$@"\n`);
  await chmod(psql, 0o755);
  return [dir, process.env.PATH ?? ''].join(delimiter);
}
