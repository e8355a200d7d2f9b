import { bareUpdate } from './bare-workflows.ts';
import { cpuMs } from './cpu.ts';
import { anEntitlement } from './entitlements.ts';
import { type Figure, figure } from './figure.ts';
import { each, load, median, type Rate } from './load.ts';
import type { BenchStack } from './stack.ts';

const ENTITLEMENTS = 200;
const CLIENTS = 32;
const WARM_UP_SECONDS = 5;
const ROUND_SECONDS = 10;
const ROUNDS = 3;

/** Cases over many entitlements, HTTP to committed ledger, against bare updates over as many bare workflows. */
export async function casePath(stack: BenchStack, say: (line: string) => void): Promise<Figure[]> {
  say(`case path: ${ENTITLEMENTS} entitlements and ${ENTITLEMENTS} bare workflows, ${CLIENTS} clients`);
  const entitlements = new Array<{ id: string; customerId: string }>(ENTITLEMENTS);
  const numbers = Array.from({ length: ENTITLEMENTS }, (_, n) => n);
  await each(numbers, 16, async (n) => {
    entitlements[n] = await anEntitlement(stack, `path-${n}`);
    await stack.temporal.workflow.start('bareCounter', { taskQueue: 'bare', workflowId: `bare/${n}` });
  });
  const bare = async (n: number): Promise<number> => {
    await stack.temporal.workflow.getHandle(`bare/${n % ENTITLEMENTS}`).executeUpdate(bareUpdate, { args: [1] });
    return 1;
  };
  let caseNumber = 0;
  const attach = async (n: number): Promise<number> => {
    const entitlement = entitlements[n % ENTITLEMENTS];
    const { id, customerId } = entitlement ?? { id: '', customerId: '' };
    caseNumber += 1;
    await stack.send('POST', '/v1/cases', { id: `path-${caseNumber}`, customerId, entitlementId: id }, 201);
    return 1;
  };
  await load({ clients: CLIENTS, seconds: WARM_UP_SECONDS }, bare);
  await load({ clients: CLIENTS, seconds: WARM_UP_SECONDS }, attach);

  const ids = entitlements.map(({ id }) => id);
  const [eventsBefore, cpuBefore] = [await historyEvents(stack, ids), await allCpuMs(stack)];
  let attaches = 0;
  let attachCpu = 0;
  const pairs: { bare: Rate; path: Rate }[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const bareRate = await load({ clients: CLIENTS, seconds: ROUND_SECONDS }, bare);
    const before = await allCpuMs(stack);
    const path = await load({ clients: CLIENTS, seconds: ROUND_SECONDS }, attach);
    attachCpu += (await allCpuMs(stack)) - before;
    attaches += path.done;
    pairs.push({ bare: bareRate, path });
    say(`round ${round}: bare ${bareRate.perSecond.toFixed(0)}/s, case path ${path.perSecond.toFixed(0)}/s`);
  }
  const events = (await historyEvents(stack, ids)) - eventsBefore;
  const ratio = median(pairs.map((pair) => pair.path.perSecond / pair.bare.perSecond));
  const bareRates = pairs.map((pair) => pair.bare.perSecond.toFixed(0)).join(' ');
  const pathRates = pairs.map((pair) => pair.path.perSecond.toFixed(0)).join(' ');
  const cpu = cpuBefore > 0 ? `, ${(attachCpu / attaches).toFixed(1)} CPU-ms an attach in all servers` : '';
  return [
    figure('case_path_vs_bare_update', ratio, 'at least', 0.75, `${pathRates} /s against ${bareRates} /s${cpu}`),
    figure('history_events_per_attach', events / attaches, 'at most', 6.5, `${events} events of ${attaches} attaches`),
  ];
}

async function historyEvents(stack: BenchStack, ids: readonly string[]): Promise<number> {
  let sum = 0;
  await each(ids, 8, async (id) => {
    const { historyLength } = await stack.temporal.workflow.getHandle(`entitlement/${id}`).describe();
    sum += historyLength;
  });
  return sum;
}

async function allCpuMs(stack: BenchStack): Promise<number> {
  const each = await Promise.all(Object.values(stack.pids).map(cpuMs));
  return each.reduce<number>((sum, ms) => sum + (ms ?? 0), 0);
}
