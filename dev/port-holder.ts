import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

const runFile = promisify(execFile);

export interface PortHolder {
  pid: number;
  command: string;
}

const LISTENING_STATE = '0A';
const TCP_TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];

/** The process that listens on a TCP port; undefined when there is none, or when this user may not see it. */
export async function portHolder(port: number): Promise<PortHolder | undefined> {
  const pid = process.platform === 'linux' ? await pidFromProc(port) : await pidFromLsof(port);
  if (pid === undefined) return undefined;
  return { pid, command: (await commandOf(pid)) ?? 'unknown command' };
}

/** The command line of a running process; undefined when it has ended. */
export async function commandOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return text === '' ? undefined : text.replace(/[\0\s]+/g, ' ').trim();
  }
  const listed = await runFile('ps', ['-p', String(pid), '-o', 'command=']).catch(() => undefined);
  return listed?.stdout.trim() || undefined;
}

/** The process that started another one, or has inherited it; undefined when that is gone. */
async function parentOf(pid: number): Promise<number | undefined> {
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    // The name of the program may contain blanks and brackets: the other fields follow the last closing bracket.
    const parent = Number(
      stat
        .slice(stat.lastIndexOf(')') + 1)
        .trim()
        .split(/\s+/)[1],
    );
    return parent > 0 ? parent : undefined;
  }
  const listed = await runFile('ps', ['-p', String(pid), '-o', 'ppid=']).catch(() => undefined);
  const parent = Number(listed?.stdout.trim());
  return parent > 0 ? parent : undefined;
}

/**
 * Whether the Node program that started a server still runs. Servers whose starter died belong to the system's own
 * process.
 */
export async function hasLivingStarter(pid: number): Promise<boolean> {
  const parent = await parentOf(pid);
  const command = parent === undefined ? undefined : await commandOf(parent);
  if (command === undefined) return false;
  return parent === 1 ? command.includes('start.mjs') : /(^|[/\s])node(\s|$)|vitest/.test(command);
}

async function pidFromProc(port: number): Promise<number | undefined> {
  const inodes = await listeningInodes(port);
  if (inodes.size === 0) return undefined;
  for (const entry of await readdir('/proc')) {
    if (/^\d+$/.test(entry) && (await holdsSocket(entry, inodes))) return Number(entry);
  }
  return undefined;
}

async function listeningInodes(port: number): Promise<Set<string>> {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = new Set<string>();
  for (const table of TCP_TABLES) {
    const lines = (await readFile(table, 'utf8').catch(() => '')).split('\n').slice(1);
    for (const line of lines) {
      const fields = line.trim().split(/\s+/);
      const [, local = '', , state] = fields;
      const inode = fields[9];
      if (state === LISTENING_STATE && local.endsWith(`:${wanted}`) && inode !== undefined)
        inodes.add(`socket:[${inode}]`);
    }
  }
  return inodes;
}

async function holdsSocket(pid: string, inodes: Set<string>): Promise<boolean> {
  // The descriptors of other users' processes cannot be read; these processes are skipped.
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const descriptor of descriptors) {
    const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
    if (inodes.has(target)) return true;
  }
  return false;
}

async function pidFromLsof(port: number): Promise<number | undefined> {
  const listed = await runFile('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t']).catch(() => undefined);
  const pid = Number(listed?.stdout.trim().split('\n')[0]);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}
