import { existsSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { isPortFree } from './free-port.ts';
import { commandOf, type PortHolder, portHolder } from './port-holder.ts';
import { distDir, projectDir } from './project-dir.ts';
import { gone, isAlive } from './server-process.ts';
import { dataDir, type StartSettings } from './settings.ts';

/** An end that a person can act on: its message is the whole story. */
export class CannotStart extends Error {}

const claimFile = join(dataDir, 'running');
// Enough to know a program by.
const LONGEST_COMMAND = 120;
// A worker or API of a killed start may drain for half a minute before it lets go.
const LEFTOVER_LIMIT_MS = 35_000;

interface WantedPort {
  port: number;
  what: string;
  variable: string;
}

/** Makes sure that nothing stands in the way: no other start on the same data, every port free. Throws CannotStart, changing nothing. */
export async function checkGround(settings: StartSettings, say: (line: string) => void): Promise<void> {
  const other = await otherStart();
  const held: string[] = [];
  for (const wanted of wantedPorts(settings)) {
    const isFree = await isPortFree(wanted.port);
    // macOS lets one listen on 127.0.0.1 beside somebody who listens on every address; the holder is asked for there.
    if (isFree && process.platform === 'linux') continue;
    const holder = await portHolder(wanted.port);
    if (isFree && holder === undefined) continue;
    if (other !== undefined && holder !== undefined && isOurs(holder)) continue;
    if (holder !== undefined && isOurs(holder) && (await endLeftover(holder, wanted, say))) continue;
    held.push(complaint(wanted, holder));
  }
  if (other !== undefined) {
    const ports = wantedPorts(settings).map(({ port, what }) => `${port} for ${what}`);
    held.unshift(
      `Allot already runs from this directory as pid ${other.pid} (${other.command}): it holds the data and the ports (${ports.join(', ')}). Use that one, or stop it first: Ctrl-C in its terminal, or: kill ${other.pid}`,
    );
  }
  if (held.length > 0) throw new CannotStart(held.join('\n'));
}

function wantedPorts({ ports, databaseUrl, temporalAddress }: StartSettings): WantedPort[] {
  const temporal = [
    { port: ports.temporal, what: 'Temporal', variable: 'ALLOT_TEMPORAL_PORT' },
    { port: ports.temporalUi, what: "Temporal's UI", variable: 'ALLOT_TEMPORAL_UI_PORT' },
  ];
  return [
    { port: ports.api, what: 'the API', variable: 'PORT' },
    ...(temporalAddress === undefined ? temporal : []),
    ...(databaseUrl === undefined
      ? [{ port: ports.postgres, what: 'PostgreSQL', variable: 'ALLOT_POSTGRES_PORT' }]
      : []),
  ];
}

function complaint({ port, what, variable }: WantedPort, holder: PortHolder | undefined): string {
  const who =
    holder === undefined ? 'a process that this user may not see' : `pid ${holder.pid} (${shorten(holder.command)})`;
  const stop = holder === undefined ? 'Stop it' : `Stop it (kill ${holder.pid})`;
  return `Port ${port}, wanted for ${what}, is held by ${who}. ${stop}, or choose another port: ${variable}=${port + 1} npm start`;
}

function shorten(command: string): string {
  return command.length > LONGEST_COMMAND ? `${command.slice(0, LONGEST_COMMAND)}...` : command;
}

function isOurs({ command }: PortHolder): boolean {
  return command.includes(dataDir) || command.includes(distDir);
}

async function otherStart(): Promise<PortHolder | undefined> {
  const pid = Number(await readFile(claimFile, 'utf8').catch(() => '0'));
  if (pid <= 0 || pid === process.pid || !isAlive(pid)) return undefined;
  const command = await commandOf(pid);
  // The number may have been given to another program since.
  return command?.includes('start.mjs') ? { pid, command } : undefined;
}

// What a start that was killed outright left running. It is on its way out already; this makes sure of it.
async function endLeftover(holder: PortHolder, { what }: WantedPort, say: (line: string) => void): Promise<boolean> {
  say(`${what}: an earlier start was killed and left pid ${holder.pid} running; ending it`);
  if (isAlive(holder.pid)) process.kill(holder.pid, holder.command.includes('postgres') ? 'SIGINT' : 'SIGTERM');
  if (await gone(holder.pid, LEFTOVER_LIMIT_MS)) return true;
  process.kill(holder.pid, 'SIGKILL');
  return gone(holder.pid, LEFTOVER_LIMIT_MS);
}

/** Notes that this process owns the data directory, until it ends. */
export async function claim(): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  await writeFile(claimFile, `${process.pid}\n`);
  process.once('exit', () => {
    if (existsSync(claimFile) && Number(readFileSync(claimFile, 'utf8')) === process.pid) rmSync(claimFile);
  });
}

/** Drops everything that earlier runs left. */
export async function dropData(say: (line: string) => void): Promise<void> {
  if (!existsSync(dataDir)) return;
  await rm(dataDir, { recursive: true, force: true });
  say(`--reset: dropped ${relative(projectDir, dataDir)}/ (database, Temporal's data, logs, development key)`);
}
