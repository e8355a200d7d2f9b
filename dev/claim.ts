import { rmSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { distDir, projectDir } from '../runtime/project-dir.ts';
import { payloadEncryption } from '../temporal/encryption/payload-encryption.ts';
import { CannotStart } from './cannot-start.ts';
import { isPortFree } from './free-port.ts';
import { hasLivingStarter, type PortHolder, portHolder } from './port-holder.ts';
import { noteOf, runningNote } from './running-note.ts';
import { gone, isAlive } from './server-process.ts';
import { dataDir, HOST, type StartSettings } from './settings.ts';
import { claimAlone, type Holder } from './sole-claim.ts';

const claimDir = join(dataDir, 'claim');
// Long enough to recognise a program.
const LONGEST_COMMAND = 120;
// A worker or API of a killed start may drain for half a minute before it lets go.
const LEFTOVER_LIMIT_MS = 35_000;

interface WantedPort {
  port: number;
  what: string;
  variable: string;
}

/**
 * Makes sure that no other program holds a port that is needed, and ends what a killed start left. Throws CannotStart.
 */
export async function checkGround(settings: StartSettings, say: (line: string) => void): Promise<void> {
  const held: string[] = [];
  for (const wanted of wantedPorts(settings)) {
    const isFree = await isPortFree(wanted.port);
    // macOS lets two programs listen on one port, on 127.0.0.1 and on every address, so the port's holder is looked up
    // there.
    if (isFree && process.platform === 'linux') continue;
    const holder = await portHolder(wanted.port);
    if (isFree && holder === undefined) continue;
    if (holder !== undefined && isOurs(holder) && (await endLeftover(holder, wanted, say))) continue;
    held.push(complaint(wanted, holder));
  }
  if (held.length > 0) throw new CannotStart(held.join('\n'));
}

function wantedPorts({ ports, databaseUrl, temporalAddress }: StartSettings): WantedPort[] {
  const temporal = [
    { port: ports.temporal, what: 'Temporal', variable: 'ALLOT_TEMPORAL_PORT' },
    { port: ports.temporalUi, what: "Temporal's UI", variable: 'ALLOT_TEMPORAL_UI_PORT' },
    ...(payloadEncryption().hasKeys
      ? [{ port: ports.codec, what: 'the codec endpoint', variable: 'ALLOT_CODEC_PORT' }]
      : []),
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

/** Ends what a killed start left running. It is ending already; this makes sure of it. */
async function endLeftover(holder: PortHolder, { what }: WantedPort, say: (line: string) => void): Promise<boolean> {
  if (await hasLivingStarter(holder.pid)) return false;
  say(`${what}: an earlier start was killed and left pid ${holder.pid} running; ending it`);
  if (isAlive(holder.pid)) process.kill(holder.pid, holder.command.includes('postgres') ? 'SIGINT' : 'SIGTERM');
  if (await gone(holder.pid, LEFTOVER_LIMIT_MS)) return true;
  process.kill(holder.pid, 'SIGKILL');
  return gone(holder.pid, LEFTOVER_LIMIT_MS);
}

/**
 * Makes this process the only start on the data directory, until it ends, before anything else is looked at or changed.
 * Throws CannotStart when another one runs, or starts at the same moment.
 */
export async function claim({ ports, temporalAddress }: StartSettings): Promise<void> {
  const about = `API http://${HOST}:${ports.api}`;
  const holder = await claimAlone(claimDir, about);
  if (holder !== undefined)
    throw new CannotStart(
      `Allot already runs from this directory as pid ${holder.pid} (${holder.about}). Use that one, or stop it first: Ctrl-C in its terminal, or: kill ${holder.pid}`,
    );
  const temporal = temporalAddress === undefined ? `${HOST}:${ports.temporal}` : undefined;
  const addresses = { api: `http://${HOST}:${ports.api}`, temporal };
  await writeFile(runningNote, noteOf(process.pid, addresses)).catch(() => undefined);
  process.once('exit', () => rmSync(runningNote, { force: true }));
}

/**
 * Makes this process the only one on the data directory, as `claim` does, for a program that is not a start. Answers who
 * has it when somebody else does.
 */
export const claimData = (about: string): Promise<Holder | undefined> => claimAlone(claimDir, about);

/** Deletes everything that earlier runs left, except the claim. */
export async function dropData(say: (line: string) => void): Promise<void> {
  const left = (await readdir(dataDir))
    .map((name) => join(dataDir, name))
    .filter((path) => path !== claimDir && path !== runningNote);
  if (left.length === 0) return;
  for (const path of left) await rm(path, { recursive: true, force: true });
  say(`--reset: dropped ${relative(projectDir, dataDir)}/ (database, Temporal's data, logs, development key)`);
}
