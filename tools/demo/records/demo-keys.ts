import { chmod, readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { ApiClient, ApiRefusal } from '../../../client/client.ts';
import { ActionableError } from '../../../client/failure.ts';

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

const ApiKeys = z.object({
  items: z.array(z.object({ id: z.string(), name: z.string(), revokedAt: z.string().nullable() })),
  nextCursor: z.string().nullable(),
});
const TellingKey = z.object({ key: z.string() });

const UNAUTHENTICATED = 401;
const REASON = 'for the demonstration';

/** The keys of all desks by name: those in the file as long as the API accepts them, otherwise new ones, kept there. */
export async function demoKeys(administrator: ApiClient, file: string): Promise<ReadonlyMap<DeskName, string>> {
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
  const client = new ApiClient({ url, apiKey });
  try {
    await client.call({ method: 'GET', path: '/v1/settings' }, z.unknown());
    return true;
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === UNAUTHENTICATED) return false;
    throw error;
  } finally {
    await client.close();
  }
}

/** A key of this name may live although its secret was lost with the file: it then gets a new one. */
async function newKey(administrator: ApiClient, { name, role, email }: Desk): Promise<string> {
  const live = (await listKeys(administrator)).find((one) => one.name === name && one.revokedAt === null);
  const call =
    live === undefined
      ? { path: '/v1/api-keys', body: { name, role, email, reason: REASON } }
      : { path: `/v1/api-keys/${live.id}/rotate`, body: { overlapHours: 0, reason: 'its file was lost' } };
  // No key of the request's own: the secret is told once only, so a repeated request could not tell it again.
  const { key } = await administrator.call({ method: 'POST', ...call }, TellingKey);
  return key;
}

async function listKeys(administrator: ApiClient): Promise<z.infer<typeof ApiKeys>['items']> {
  const items: z.infer<typeof ApiKeys>['items'] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: z.infer<typeof ApiKeys> = await administrator.call(
      { method: 'GET', path: `/v1/api-keys?limit=200${query}` },
      ApiKeys,
    );
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

/** A client for each desk. */
export class Desks {
  readonly #clients: ReadonlyMap<DeskName, ApiClient>;

  constructor(url: string, keys: ReadonlyMap<DeskName, string>) {
    this.#clients = new Map([...keys].map(([name, apiKey]) => [name, new ApiClient({ url, apiKey })]));
  }

  at(name: DeskName): ApiClient {
    const client = this.#clients.get(name);
    if (client === undefined) throw new ActionableError(`There is no key of the ${name}.`);
    return client;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
  }
}
