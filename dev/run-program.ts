import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { distDir } from '../runtime/project-dir.ts';

const STDOUT_LIMIT_BYTES = 20_000_000;

export interface Finished {
  /** The exit status; -1 when a signal ended the program. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one of the project's built programs, such as `bin/import/main.js`, to its end. */
export function runProgram(
  program: string,
  args: readonly string[],
  { env = {}, cwd }: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Promise<Finished> {
  const options = {
    env: { ...process.env, ...env },
    maxBuffer: STDOUT_LIMIT_BYTES,
    ...(cwd === undefined ? {} : { cwd }),
  };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [join(distDir, program), ...args], options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}
