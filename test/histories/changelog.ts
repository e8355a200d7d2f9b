import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectDir } from '../../runtime/project-dir.ts';

export interface ChangelogVersion {
  readonly version: string;
  readonly isReleased: boolean;
}

const HEADING = /^## (\d+\.\d+\.\d+)( \(unreleased\))?$/gm;

/** The versions that CHANGELOG.md has, the newest first. */
export async function changelogVersions(): Promise<ChangelogVersion[]> {
  const text = await readFile(join(projectDir, 'CHANGELOG.md'), 'utf8');
  return [...text.matchAll(HEADING)].map(([, version = '', unreleased]) => ({
    version,
    isReleased: unreleased === undefined,
  }));
}
