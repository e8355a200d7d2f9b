import { bareUpdate } from './bare-workflows.ts';
import { CpuOfOperations } from './cpu-split.ts';
import { anEntitlement } from './entitlements.ts';
import { type Figure, figure } from './figure.ts';
import { each, load, type Rate } from './load.ts';
import { type BenchOptions, ratesText, ratios, roundsOf } from './rounds.ts';
import type { BenchStack } from './stack.ts';

const ENTITLEMENTS = 200;
const CLIENTS = 32;
/** Until the processes have compiled what they do most: rates still rise for that long. */
const WARM_UP_SECONDS = 12;
const ROUND_SECONDS = 6;

/**
 * Cases over many entitlements, HTTP to committed ledger, against bare updates over as many bare workflows, and against
 * the floor: an HTTP server that does one bare update and one insert.
 */
export async function casePath(
  stack: BenchStack,
  say: (line: string) => void,
  options: BenchOptions,
): Promise<Figure[]> {
  say(`case path: ${ENTITLEMENTS} entitlements and ${ENTITLEMENTS} bare workflows, ${CLIENTS} clients`);
  const entitlements = await prepare(stack);
  const calls = callsOf(stack, entitlements);
  const cpu = {
    bare: new CpuOfOperations(stack),
    floor: new CpuOfOperations(stack),
    attach: new CpuOfOperations(stack),
  };
  for (const call of Object.values(calls)) await load({ clients: CLIENTS, seconds: WARM_UP_SECONDS }, call);

  const ids = entitlements.map(({ id }) => id);
  const eventsBefore = await historyEvents(stack, ids);
  const rates: Record<keyof typeof calls, Rate[]> = { bare: [], floor: [], attach: [] };
  for (const round of roundsOf(options)) {
    for (const name of ['bare', 'floor', 'attach'] as const)
      rates[name].push(await cpu[name].during(() => load({ clients: CLIENTS, seconds: ROUND_SECONDS }, calls[name])));
    const [bare, floor, attach] = [rates.bare, rates.floor, rates.attach].map((all) =>
      all.at(-1)?.perSecond.toFixed(0),
    );
    say(`round ${round}: bare ${bare}/s, floor ${floor}/s, case path ${attach}/s`);
  }
  say(`an attach: ${cpu.attach.text}`);
  say(`the floor: ${cpu.floor.text}`);
  say(`a bare update: ${cpu.bare.text}`);
  const attaches = rates.attach.reduce((sum, { done }) => sum + done, 0);
  const events = (await historyEvents(stack, ids)) - eventsBefore;
  const detail = `${ratesText(rates.attach)} /s, ${cpu.attach.text}`;
  return [
    figure(
      'case_path_vs_bare_update',
      ratios(rates.attach, rates.bare),
      'at least',
      0.75,
      `${detail} against ${ratesText(rates.bare)} /s, ${cpu.bare.text}`,
    ),
    figure(
      'case_path_vs_floor',
      ratios(rates.attach, rates.floor),
      'at least',
      FLOOR_GOAL,
      `${detail} against ${ratesText(rates.floor)} /s, ${cpu.floor.text}`,
    ),
    figure(
      'history_events_per_attach',
      [events / attaches],
      'at most',
      6.5,
      `${events} events of ${attaches} attaches`,
    ),
  ];
}

/** What authentication, checks, rules, reads and the ledger's rows may cost beside one update and one insert. */
const FLOOR_GOAL = 0.75;

interface Target {
  readonly id: string;
  readonly customerId: string;
}

async function prepare(stack: BenchStack): Promise<readonly Target[]> {
  const entitlements: Target[] = [];
  const numbers = Array.from({ length: ENTITLEMENTS }, (_, n) => n);
  await each(numbers, 16, async (n) => {
    entitlements.push(await anEntitlement(stack, `path-${n}`));
    await stack.temporal.workflow.start('bareCounter', { taskQueue: 'bare', workflowId: `bare/${n}` });
  });
  return entitlements;
}

/** Each does one operation of its kind. */
function callsOf(stack: BenchStack, entitlements: readonly Target[]) {
  let caseNumber = 0;
  const bodyOf = (n: number) => {
    const { id = '', customerId = '' } = entitlements[n % ENTITLEMENTS] ?? {};
    caseNumber += 1;
    return { id: `path-${caseNumber}`, customerId, entitlementId: id };
  };
  return {
    bare: async (n: number): Promise<number> => {
      await stack.temporal.workflow.getHandle(`bare/${n % ENTITLEMENTS}`).executeUpdate(bareUpdate, { args: [1] });
      return 1;
    },
    floor: async (n: number): Promise<number> => {
      await stack.sendToFloor(`/floor/bare%2F${n % ENTITLEMENTS}`, bodyOf(n));
      return 1;
    },
    attach: async (n: number): Promise<number> => {
      await stack.send('POST', '/v1/cases', bodyOf(n), 201);
      return 1;
    },
  };
}

async function historyEvents(stack: BenchStack, ids: readonly string[]): Promise<number> {
  let sum = 0;
  await each(ids, 8, async (id) => {
    const { historyLength } = await stack.temporal.workflow.getHandle(`entitlement/${id}`).describe();
    sum += historyLength;
  });
  return sum;
}
