import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

function nearestPackage(dir: string): string {
  if (existsSync(join(dir, 'package.json'))) return dir;
  const parent = dirname(dir);
  if (parent === dir) throw new Error('No directory above this file contains package.json.');
  return nearestPackage(parent);
}

/** The root of the project, whether this file runs from the sources (tests) or from dist/. */
export const projectDir = nearestPackage(import.meta.dirname);

/** The directory of the built programs. */
export const distDir = join(projectDir, 'dist');
