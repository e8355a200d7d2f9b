import { readdir, readFile } from 'node:fs/promises';

/** Linux counts CPU time in hundredths of a second. */
const MS_PER_TICK = 10;

/** CPU milliseconds that a process and its children have used so far; undefined where /proc is missing. */
export async function cpuMs(pid: number): Promise<number | undefined> {
  try {
    const pids = [pid, ...(await childrenOf(pid))];
    const each = await Promise.all(pids.map(ownCpuMs));
    return each.reduce((sum, ms) => sum + ms, 0);
  } catch {
    return undefined;
  }
}

async function ownCpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name in parentheses may hold blanks: count the fields after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * MS_PER_TICK;
}

async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`);
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')),
  );
  return lists.join(' ').split(' ').filter(Boolean).map(Number);
}
