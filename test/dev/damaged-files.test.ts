import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../db/postgres/connect.ts';
import { CannotStart } from '../../dev/cannot-start.ts';
import { freePort, lastingPort } from '../../dev/free-port.ts';
import { startPostgres } from '../../dev/postgres-server.ts';
import { findTemporalProgram } from '../../dev/temporal-program.ts';
import { startTemporalServer } from '../../dev/temporal-server.ts';

let dir: string;
const dataDir = () => join(dir, 'postgres');
const passwordFile = () => join(dir, 'postgres-password');
const versionFile = () => join(dataDir(), 'PG_VERSION');
const noteFile = () => join(dataDir(), 'postmaster.pid');

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'allot-damaged-'));
  const { server } = await start();
  const sql = connect(server.databaseUrl, { max: 1 });
  await sql`create table kept as select 7 as seven`;
  await sql.end();
  await server.stop();
});
afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
});

async function start(more: { newPassword?: boolean } = {}) {
  const said: string[] = [];
  const server = await startPostgres({
    dataDir: dataDir(),
    port: await lastingPort(),
    logFile: join(dir, 'postgres.log'),
    say: (line) => said.push(line),
    ...more,
  });
  return { server, said };
}

/** What the start says of a note that it cannot read. */
const DAMAGED = expect.stringMatching(/postmaster\.pid was damaged.*the data is safe/);

/** The data is there, and the server stops. */
async function worksWith(more: { newPassword?: boolean } = {}): Promise<string[]> {
  const { server, said } = await start(more);
  try {
    const sql = connect(server.databaseUrl, { max: 1 });
    expect(await sql`select seven from kept`).toEqual([{ seven: 7 }]);
    await sql.end();
  } finally {
    await server.stop();
  }
  return said;
}

/** The refusal: one line that names the file, what is safe, and a command. */
async function refusal(starting: Promise<unknown>, file: string): Promise<string> {
  const error = await starting.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CannotStart);
  const { message } = error as CannotStart;
  expect(message).not.toContain('\n');
  expect(message).toContain(file);
  expect(message).toMatch(/is safe/);
  return message;
}

/** Runs the test with other content in a file, and puts the old one back. */
async function withContent(file: string, content: string | null, work: () => Promise<void>): Promise<void> {
  const kept = await readFile(file);
  await (content === null ? rm(file) : writeFile(file, content));
  try {
    await work();
  } finally {
    await writeFile(file, kept);
  }
}

test.each([
  ['garbage', 'this is no version\n'],
  ['nothing', ''],
  ['gone', null],
])('PG_VERSION holds %s: the start says how to restore it and changes nothing', async (_, content) => {
  await withContent(versionFile(), content, async () => {
    expect(await refusal(start(), versionFile())).toContain(`echo 18 > ${versionFile()}`);
  });
  await worksWith();
});

test.each([
  ['a wrong password', 'not-the-password\n'],
  ['nothing', ''],
  ['gone', null],
])('postgres-password holds %s: the start says so at once', async (_, content) => {
  await withContent(passwordFile(), content, async () => {
    expect(await refusal(start(), passwordFile())).toContain('npm start -- --new-password');
  });
  await worksWith();
});

test('--new-password replaces a lost password and keeps all data', async () => {
  await writeFile(passwordFile(), 'not-the-password\n');
  await worksWith({ newPassword: true });
  await worksWith();
});

test.each([
  ['garbage', 'this is no process\n', [DAMAGED]],
  ['nothing', '', [DAMAGED]],
  ['another program’s process', `${process.pid}\n`, []],
])('postmaster.pid holds %s: the server starts', async (_, content, expected) => {
  await writeFile(noteFile(), content);
  expect(await worksWith()).toEqual(expected);
});

test('a server whose starter is alive is left alone', async () => {
  const { server } = await start();
  try {
    await expect(start()).rejects.toThrow(/runs on .*stop the program that started it/);
    process.kill(server.pid, 0);
  } finally {
    await server.stop();
  }
});

test.each([
  ['no database', 'this is no database, and long enough to be looked at'],
  ['a broken database', `SQLite format 3\0${'broken'.repeat(2_000)}`],
])('temporal.db holds %s: the start says what is lost, what is safe and what to do', async (_, content) => {
  const dataFile = join(dir, 'temporal.db');
  await writeFile(dataFile, content);
  const program = await findTemporalProgram({ say: () => undefined, progress: () => undefined });
  const port = await freePort();
  const starting = startTemporalServer({ program, dataFile, port, logFile: join(dir, 'temporal.log') });
  expect(await refusal(starting, dataFile)).toContain(`mv ${dataFile}`);
});

test('a folder in place of the file is refused in one line', async () => {
  const dataFile = join(dir, 'a-folder.db');
  await mkdir(dataFile);
  const program = await findTemporalProgram({ say: () => undefined, progress: () => undefined });
  const port = await freePort();
  await refusal(startTemporalServer({ program, dataFile, port, logFile: join(dir, 'temporal.log') }), dataFile);
});
