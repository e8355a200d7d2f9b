import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { distDir } from '../runtime/project-dir.ts';
import { restoredNote } from './backup-stores.ts';
import { prepareLog } from './server-process.ts';
import { dataDir } from './settings.ts';

const SHOWN = 10;
const COULD_NOT_RUN = 2;

/**
 * Runs `reconcile --repair` on what was restored, shows its progress and the first things that it mended, and keeps all
 * lines in a log. What it could not mend is named and does not hold up the start. Throws when it could not run: then the
 * next start tries again.
 */
export async function repairAfterRestore(
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<{ readonly summary: string; readonly logFile: string }> {
  const logFile = join(dataDir, 'logs', 'repair.log');
  await prepareLog(logFile);
  const log = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
  const child = spawn(process.execPath, [join(distDir, 'bin', 'reconcile', 'main.js'), '--repair'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const lines: string[] = [];
  const hear = (line: string) => {
    log.write(`${line}\n`);
    lines.push(line);
    if (lines.length <= SHOWN) say(line);
  };
  createInterface({ input: child.stdout }).on('line', hear);
  createInterface({ input: child.stderr }).on('line', (line) => {
    log.write(`${line}\n`);
    say(line.replace(/^reconcile: /, ''));
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? COULD_NOT_RUN));
  });
  log.end();
  if (code !== 0 && code !== 1) throw new Error(`The repair after the restore could not run; ${logFile} says why.`);
  await rm(restoredNote(dataDir), { force: true });
  return { summary: lines.at(-1) ?? '', logFile };
}
