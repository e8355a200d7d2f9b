import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

function nearestPackage(dir: string): string {
  if (existsSync(join(dir, 'package.json'))) return dir;
  const parent = dirname(dir);
  if (parent === dir) throw new Error('package.json is in no directory above this file');
  return nearestPackage(parent);
}

/** The project's root, whether this runs from dev/ (tests) or from dist/dev/. */
export const projectDir = nearestPackage(import.meta.dirname);

/** Where the built programs are. */
export const distDir = join(projectDir, 'dist');
