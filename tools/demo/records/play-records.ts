import type { Connection } from '@temporalio/client';
import { Listr, type ListrRendererFactory, type ListrTaskWrapper } from 'listr2';
import type { AllotClient } from '../../../client/client.ts';
import { ActionableError } from '../../../client/failure.ts';
import { MAX_CALLS_AT_ONCE } from '../../../client/node.ts';
import type { components } from '../../../client/schema.d.ts';
import { inParallel } from '../../replay/parallel.ts';
import { showOn } from '../../replay/replay.ts';
import { DEMO_CHANNELS, DEMO_PRODUCTS, DEMO_SLAS, DEMO_TEMPLATES } from './catalogue.ts';
import type { PlannedContract } from './contract-plan.ts';
import { accountManagerOf, contactId, DEMO_CUSTOMERS } from './customers.ts';
import { Desks, demoKeys } from './demo-keys.ts';
import { makeFailingWebhook } from './failing-webhook.ts';
import { planDemo } from './plan.ts';
import { type CaseCounts, playCases } from './play-cases.ts';
import { ContractPlayer } from './play-contracts.ts';

/** Sales that the sales system reports as won; each makes an active contract. */
const OPPORTUNITIES = [
  { id: 'demo-opp-311', customerId: 'demo-kohumarama', templateId: 'gold' },
  { id: 'demo-opp-327', customerId: 'demo-wattlebrume', templateId: 'demo-platinum' },
] as const;

export interface RecordsContext {
  readonly administrator: AllotClient;
  readonly connection: Connection;
  readonly namespace: string;
  /** Where the keys of the demonstration's desks are kept. */
  readonly keysFile: string;
}

export interface PlayedRecords {
  readonly customers: number;
  readonly contracts: number;
  readonly cases: CaseCounts;
  /** False where the Temporal server cannot skip time: what ends at the next midnight then ends by itself. */
  readonly skipsTime: boolean;
  /** False where the installation permits no webhook on a private address. */
  readonly hasFailingWebhook: boolean;
}

type Task = ListrTaskWrapper<unknown, ListrRendererFactory, ListrRendererFactory>;

/**
 * Fills the system with an organisation's records, contracts and cases, through the public API and with a key of each
 * role, so that every list, report and work list has something to show. Playing it again changes nothing; an
 * interrupted play goes on.
 */
export async function playRecords(context: RecordsContext): Promise<PlayedRecords> {
  const { administrator, connection, namespace, keysFile } = context;
  const desks = new Desks(administrator.url, await demoKeys(administrator, keysFile));
  try {
    const plan = planDemo();
    const player = new ContractPlayer(desks, { connection, namespace });
    const entitlementIds = new Map<PlannedContract, string>();
    let cases: CaseCounts = { attached: 0, refused: 0, later: 0 };
    let hasFailingWebhook = false;
    const each = async (task: Task, work: (contract: PlannedContract) => Promise<void>) => {
      const show = showOn(task, administrator);
      let done = 0;
      await inParallel(plan.contracts, MAX_CALLS_AT_ONCE, async (contract) => {
        await work(contract);
        done += 1;
        show(`${done} of ${plan.contracts.length} contracts`);
      });
    };
    const tasks = new Listr(
      [
        {
          title: `Record ${DEMO_CUSTOMERS.length} customers with their contacts, products, service levels and templates`,
          task: async () => {
            await makeCatalogue(desks);
            hasFailingWebhook = await makeFailingWebhook(desks.at('Customizing desk'));
          },
        },
        {
          title: `Write and activate ${plan.contracts.length} contracts`,
          task: (_, task) =>
            each(task, async (contract) => {
              entitlementIds.set(contract, (await player.make(contract)).id);
            }),
        },
        {
          title: 'Play the cases',
          task: async (_, task) => {
            const show = showOn(task, administrator);
            const inTime = plan.cases.filter(({ isLate = false }) => !isLate);
            cases = await playCases(desks, inTime, entitlementIds, (done) => show(`${done} events`));
          },
        },
        {
          title: 'Top up, cancel, renew, decide renewals, and send the cases that come too late',
          task: async (_, task) => {
            await each(task, (contract) => player.finish(contract, idOf(entitlementIds, contract)));
            await closeOpportunities(desks.at('Case system'));
            const late = plan.cases.filter(({ isLate = false }) => isLate);
            cases = sumOf(cases, await playCases(desks, late, entitlementIds, () => undefined));
          },
        },
      ],
      // The caller shows the failure, once, as one line.
      { rendererOptions: { showErrorMessage: false, collapseErrors: false }, fallbackRenderer: 'simple' },
    );
    await tasks.run();
    const { skipsTime } = player;
    const [customers, contracts] = [DEMO_CUSTOMERS.length, plan.contracts.length];
    return { customers, contracts, cases, skipsTime, hasFailingWebhook };
  } finally {
    await desks.close();
  }
}

const sumOf = (one: CaseCounts, other: CaseCounts): CaseCounts => ({
  attached: one.attached + other.attached,
  refused: one.refused + other.refused,
  later: one.later + other.later,
});

function idOf(entitlementIds: ReadonlyMap<PlannedContract, string>, contract: PlannedContract): string {
  const id = entitlementIds.get(contract);
  if (id === undefined) throw new ActionableError(`The contract of ${contract.customer.id} was not made.`);
  return id;
}

async function makeCatalogue(desks: Desks): Promise<void> {
  const customizing = desks.at('Customizing desk');
  await addChannels(customizing);
  for (const { id, body } of DEMO_SLAS) await customizing.put('/v1/slas/{id}', { params: { path: { id } }, body });
  for (const body of DEMO_TEMPLATES) {
    const header = { 'Idempotency-Key': `${body.id}:template` };
    await customizing.post('/v1/templates', { params: { header }, body });
  }
  // Sending the same rows again changes nothing, so these calls need no key.
  const caseSystem = desks.at('Case system');
  assertTaken(await caseSystem.post('/v1/bulk/products', { body: { rows: [...DEMO_PRODUCTS] } }));
  const customers = DEMO_CUSTOMERS.map(({ id, name, timeZone, desk, tier }) => {
    return { id, type: 'account' as const, name, timeZone, tier, accountManager: accountManagerOf(desk) };
  });
  assertTaken(await caseSystem.post('/v1/bulk/customers', { body: { rows: customers } }));
  const contacts = DEMO_CUSTOMERS.flatMap(({ id: customerId, contacts: names }) =>
    ([0, 1] as const).map((which) => {
      const id = contactId(customerId, which);
      return { id, customerId, name: names[which], email: `${id}@example.com` };
    }),
  );
  assertTaken(await caseSystem.post('/v1/bulk/contacts', { body: { rows: contacts } }));
}

async function addChannels(customizing: AllotClient): Promise<void> {
  const { channels } = await customizing.get('/v1/settings');
  const added = DEMO_CHANNELS.filter((channel) => !channels.includes(channel));
  if (added.length === 0) return;
  const params = { query: { reason: 'Chat and portal have opened' } };
  await customizing.put('/v1/settings', { params, body: { channels: [...channels, ...added] } });
}

function assertTaken({ results }: components['schemas']['BulkReport']): void {
  const refused = results.filter(({ outcome }) => outcome === 'refused').map(({ id }) => id);
  if (refused.length > 0) throw new ActionableError(`The API refused these rows: ${refused.join(', ')}.`);
}

async function closeOpportunities(salesSystem: AllotClient): Promise<void> {
  for (const opportunity of OPPORTUNITIES) {
    // An opportunity is closed once by its id, so the call needs no key.
    await salesSystem.post('/v1/opportunities', { body: { ...opportunity, status: 'closed_won' } });
  }
}
