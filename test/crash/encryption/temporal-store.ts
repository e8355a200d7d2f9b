import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Client, type Connection } from '@temporalio/client';
import type { OwnStack } from '../../support/own-stack.ts';

/** Everything that Temporal keeps: its files byte for byte, and what its API shows without a key. */
export interface TemporalStore {
  readonly parts: ReadonlyMap<string, Buffer>;
  readonly events: number;
}

/** The first bytes of data in gzip's format. */
const GZIP = Buffer.from([0x1f, 0x8b, 0x08]);

/** Reads the database file with its log of changes, every event of every workflow and every entry of the list. */
export async function readStore(stack: OwnStack): Promise<TemporalStore> {
  const parts = new Map<string, Buffer>();
  const files = (await readdir(stack.dir)).filter((name) => name.startsWith('temporal.db'));
  for (const name of files) {
    const bytes = await readFile(join(stack.dir, name));
    parts.set(name, bytes);
    parts.set(`${name}, unpacked`, unpacked(bytes));
  }
  let events = 0;
  for await (const [name, seen] of shownByApi(await stack.connection())) {
    events += name.startsWith('history') ? 1 : 0;
    parts.set(name, bytesOf(seen));
  }
  return { parts, events };
}

/** Where the text can be read: as it is, or in a form that anybody can undo. */
export function placesOf(text: string, { parts }: TemporalStore): readonly string[] {
  const forms = formsOf(text);
  return [...parts].flatMap(([place, bytes]) =>
    forms.filter(([, form]) => bytes.includes(form)).map(([form]) => `${place} (${form})`),
  );
}

/** Base64 puts three bytes into four characters, so a text has three forms, whose ends depend on what is around it. */
function formsOf(text: string): readonly (readonly [string, Buffer])[] {
  const bytes = Buffer.from(text);
  const base64 = (encoding: 'base64' | 'base64url') =>
    [0, 1, 2].map((before): [string, Buffer] => {
      const whole = Buffer.concat([Buffer.alloc(before), bytes]);
      const full = whole.subarray(0, whole.length - (whole.length % 3)).toString(encoding);
      return [`${encoding} after ${before}`, Buffer.from(full.slice(before === 0 ? 0 : 4))];
    });
  const escaped = JSON.stringify(text).slice(1, -1);
  return [
    ['plain', bytes],
    ['lower case', Buffer.from(text.toLowerCase())],
    ['escaped', Buffer.from(escaped)],
    ['percent', Buffer.from(encodeURIComponent(text))],
    ['UTF-16', Buffer.from(text, 'utf16le')],
    ['UTF-16 big', Buffer.from(text, 'utf16le').swap16()],
    ['hex', Buffer.from(bytes.toString('hex'))],
    ['reversed', Buffer.from(bytes).reverse()],
    ...base64('base64'),
    ...base64('base64url'),
  ];
}

function unpacked(bytes: Buffer): Buffer {
  const found: Buffer[] = [];
  for (let at = bytes.indexOf(GZIP); at >= 0; at = bytes.indexOf(GZIP, at + 1)) {
    try {
      found.push(gunzipSync(bytes.subarray(at, at + 1_000_000)));
    } catch {
      // Three such bytes among others.
    }
  }
  return Buffer.concat(found);
}

async function* shownByApi(connection: Connection): AsyncGenerator<[string, unknown]> {
  const { workflow, workflowService, options } = new Client({ connection });
  for await (const { workflowId, runId, raw } of workflow.list()) {
    yield [`list ${workflowId} ${runId}`, raw];
    const execution = { workflowId, runId };
    const { namespace } = options;
    yield [`state ${workflowId} ${runId}`, await workflowService.describeWorkflowExecution({ namespace, execution })];
    const { events } = await workflow.getHandle(workflowId, runId).fetchHistory();
    for (const event of events ?? []) yield [`history ${workflowId} ${runId} ${event.eventId}`, event];
  }
}

/** All texts and bytes in it, one after the other. */
function bytesOf(value: unknown): Buffer {
  if (value instanceof Uint8Array) return Buffer.concat([value, Buffer.from('\n')]);
  if (typeof value === 'string') return Buffer.from(`${value}\n`);
  if (typeof value !== 'object' || value === null) return Buffer.alloc(0);
  return Buffer.concat(
    Object.entries(value).map(([name, each]) => Buffer.concat([Buffer.from(`${name}\n`), bytesOf(each)])),
  );
}
