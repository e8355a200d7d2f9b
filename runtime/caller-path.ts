import { resolve } from 'node:path';

/**
 * The absolute path of a file that somebody named on the command line. npm runs scripts in the project's root, but a path
 * is relative to the directory of the command. `script`: the npm script that starts this program; under any other, such
 * as `npm test`, the path is relative to the present directory.
 */
export function fromCaller(path: string, script: string): string {
  const callerDir = process.env.npm_lifecycle_event === script ? process.env.INIT_CWD : undefined;
  return resolve(callerDir ?? process.cwd(), path);
}
