import { join } from 'node:path';
import { projectDir } from '../../runtime/project-dir.ts';

/** The path of the incident log that comes with the project. */
export const BUNDLED_LOG = join(projectDir, 'tools', 'replay', 'data', 'incidents.csv.gz');
