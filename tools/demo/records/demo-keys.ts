import { chmod, readFile, writeFile } from 'node:fs/promises';
import type { AllotClient } from '../../../client/client.ts';
import { ActionableError } from '../../../client/failure.ts';
import { createNodeClient } from '../../../client/node.ts';
import { ApiRefusal } from '../../../client/refusal.ts';

/** A caller for each role but the administrator, whose key is the development key. The names stand in the audit. */
export const DEMO_DESKS = [
  { name: 'Customizing desk', role: 'system_customizer', email: null },
  { name: 'Support lead', role: 'csr_manager', email: null },
  { name: 'Agent desk', role: 'csr', email: null },
  { name: 'Accounts North', role: 'account_manager', email: 'accounts-north@example.com' },
  { name: 'Accounts South', role: 'account_manager', email: 'accounts-south@example.com' },
  { name: 'Accounts East', role: 'account_manager', email: 'accounts-east@example.com' },
  { name: 'Case system', role: 'integration', email: null },
  { name: 'Auditor', role: 'viewer', email: null },
] as const;
type Desk = (typeof DEMO_DESKS)[number];
export type DeskName = Desk['name'];

const UNAUTHENTICATED = 401;
const REASON = 'for the demonstration';

/** The keys of all desks by name: those in the file as long as the API accepts them, otherwise new ones, kept there. */
export async function demoKeys(administrator: AllotClient, file: string): Promise<ReadonlyMap<DeskName, string>> {
  const kept = readKeys(await readFile(file, 'utf8').catch(() => ''));
  const keys = new Map<DeskName, string>();
  for (const desk of DEMO_DESKS) {
    const key = kept.get(desk.name);
    const isAccepted = key !== undefined && (await accepts(administrator.url, key));
    keys.set(desk.name, isAccepted ? key : await newKey(administrator, desk));
  }
  await writeFile(file, written(keys), { mode: 0o600 });
  // The mode above holds only for a new file.
  await chmod(file, 0o600);
  return keys;
}

/** One line for each key: role, name, secret, separated by tabs. */
const written = (keys: ReadonlyMap<DeskName, string>): string =>
  DEMO_DESKS.map(({ name, role }) => `${role}\t${name}\t${keys.get(name) ?? ''}\n`).join('');

const readKeys = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split('\n').flatMap((line): [string, string][] => {
      const [, name, key] = line.split('\t');
      return name === undefined || key === undefined ? [] : [[name, key]];
    }),
  );

async function accepts(url: string, apiKey: string): Promise<boolean> {
  const client = createNodeClient({ url, apiKey });
  try {
    await client.get('/v1/settings');
    return true;
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === UNAUTHENTICATED) return false;
    throw error;
  } finally {
    await client.close();
  }
}

/** A key of this name may live although its secret was lost with the file: it then gets a new one. */
async function newKey(administrator: AllotClient, { name, role, email }: Desk): Promise<string> {
  for await (const { id, name: holder, revokedAt } of administrator.items('/v1/api-keys', {})) {
    if (holder !== name || revokedAt !== null) continue;
    const body = { overlapHours: 0, reason: 'its file was lost' };
    return (await administrator.post('/v1/api-keys/{id}/rotate', { params: { path: { id } }, body })).key;
  }
  return (await administrator.post('/v1/api-keys', { body: { name, role, email, reason: REASON } })).key;
}

/** A client for each desk. */
export class Desks {
  readonly #clients: ReadonlyMap<DeskName, AllotClient>;

  constructor(url: string, keys: ReadonlyMap<DeskName, string>) {
    this.#clients = new Map([...keys].map(([name, apiKey]) => [name, createNodeClient({ url, apiKey })]));
  }

  at(name: DeskName): AllotClient {
    const client = this.#clients.get(name);
    if (client === undefined) throw new ActionableError(`There is no key of the ${name}.`);
    return client;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
  }
}
