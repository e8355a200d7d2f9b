import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { notedAddresses, noteOf } from '../../../dev/running-note.ts';
import { environmentOfStart } from '../../../dev/started-here.ts';

const START_ON_OTHER_PORTS = { PORT: '18080', ALLOT_TEMPORAL_PORT: '17233' };

test('a program finds the API and Temporal of an `npm start` with other ports', async () => {
  expect(await environmentOfStart(START_ON_OTHER_PORTS)).toMatchObject({
    ALLOT_URL: 'http://127.0.0.1:18080',
    TEMPORAL_ADDRESS: '127.0.0.1:17233',
  });
});

test('an address that the caller set is kept', async () => {
  const set = { ALLOT_URL: 'https://allot.example.com', TEMPORAL_ADDRESS: 'temporal.example.com:7233' };
  const found = await environmentOfStart({ ...START_ON_OTHER_PORTS, ...set });
  expect([found.ALLOT_URL, found.TEMPORAL_ADDRESS]).toEqual([undefined, undefined]);
});

test('a start notes where its servers are; a port that is given comes first, and the note of a dead start says nothing', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'allot-note-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const file = join(dir, 'running');
  const addresses = { api: 'http://127.0.0.1:18080', temporal: '127.0.0.1:17233' };
  expect(await notedAddresses(file)).toEqual({});
  await writeFile(file, noteOf(process.pid, addresses));
  expect(await notedAddresses(file)).toEqual(addresses);
  expect(await environmentOfStart({}, file)).toMatchObject({
    ALLOT_URL: addresses.api,
    TEMPORAL_ADDRESS: addresses.temporal,
  });
  const ports = await environmentOfStart({ PORT: '28080', ALLOT_TEMPORAL_PORT: '27233' }, file);
  expect(ports).toMatchObject({ ALLOT_URL: 'http://127.0.0.1:28080', TEMPORAL_ADDRESS: '127.0.0.1:27233' });

  // A start with a Temporal of somebody else has none of its own to name.
  await writeFile(file, noteOf(process.pid, { api: addresses.api }));
  expect((await environmentOfStart({}, file)).TEMPORAL_ADDRESS).toBe(undefined);
  await writeFile(file, noteOf(await aDeadPid(), addresses));
  expect(await notedAddresses(file)).toEqual({});
});

/** The pid of a process that has ended. */
async function aDeadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}
