import { bareUpdate } from './bare-workflows.ts';
import { CpuOfOperations } from './cpu-split.ts';
import { anEntitlement } from './entitlements.ts';
import { type Figure, figure } from './figure.ts';
import { load, type Rate } from './load.ts';
import { type BenchOptions, ratesText, ratios, roundsOf } from './rounds.ts';
import type { BenchStack } from './stack.ts';

/** The server takes 10 updates of one workflow at a time; more would only be refused. */
const BARE_CLIENTS = 8;
const SINGLE_CLIENTS = 256;
const EVENT_CLIENTS = 8;
const EVENTS_PER_REQUEST = 1_000;
/** Until the processes have compiled what they do most: rates still rise for that long. */
const WARM_UP_SECONDS = 12;
const ROUND_SECONDS = 5;

/** A run takes 2,000 updates; the next ones go to a new workflow. */
const MAX_BARE_UPDATES = 1_800;

/** One entitlement that all cases go to, by single posts and by case-events, against bare updates of one workflow. */
export async function hotEntitlement(
  stack: BenchStack,
  say: (line: string) => void,
  options: BenchOptions,
): Promise<Figure[]> {
  say('one hot entitlement');
  const { id, customerId } = await anEntitlement(stack, 'hot');
  const bare = await bareOnOneWorkflow(stack);
  let number = 0;
  const single = async (): Promise<number> => {
    number += 1;
    await stack.send('POST', '/v1/cases', { id: `hot-${number}`, customerId, entitlementId: id }, 201);
    return 1;
  };
  const events = async (): Promise<number> => {
    const list = Array.from({ length: EVENTS_PER_REQUEST }, () => {
      number += 1;
      return { kind: 'attach', key: `hot-key-${number}`, caseId: `hot-${number}`, customerId, entitlementId: id };
    });
    const { results } = await stack.send<{ results: { outcome: string }[] }>(
      'POST',
      '/v1/case-events',
      { events: list },
      200,
    );
    return results.filter(({ outcome }) => outcome === 'accepted').length;
  };
  await load({ clients: SINGLE_CLIENTS, seconds: WARM_UP_SECONDS }, single);
  await load({ clients: EVENT_CLIENTS, seconds: WARM_UP_SECONDS }, events);
  const calls = { bare, single, events };
  const clients = { bare: BARE_CLIENTS, single: SINGLE_CLIENTS, events: EVENT_CLIENTS };
  const cpu = {
    bare: new CpuOfOperations(stack),
    single: new CpuOfOperations(stack),
    events: new CpuOfOperations(stack),
  };
  const rates: Record<keyof typeof calls, Rate[]> = { bare: [], single: [], events: [] };
  for (const round of roundsOf(options)) {
    for (const name of ['bare', 'single', 'events'] as const)
      rates[name].push(
        await cpu[name].during(() => load({ clients: clients[name], seconds: ROUND_SECONDS }, calls[name])),
      );
    const last = (all: readonly Rate[]) => `${all.at(-1)?.perSecond.toFixed(0)}/s`;
    say(
      `round ${round}: bare ${last(rates.bare)}, single posts ${last(rates.single)}, case-events ${last(rates.events)}`,
    );
  }
  say(`a single post: ${cpu.single.text}`);
  say(`an event of a list: ${cpu.events.text}`);
  say(`a bare update: ${cpu.bare.text}`);
  return [
    figure(
      'hot_single_vs_bare_update',
      ratios(rates.single, rates.bare),
      'at least',
      5,
      `${ratesText(rates.single)} /s, ${cpu.single.text} against ${ratesText(rates.bare)} /s, ${cpu.bare.text}`,
    ),
    figure(
      'hot_events_vs_bare_update',
      ratios(rates.events, rates.bare),
      'at least',
      20,
      `${ratesText(rates.events)} /s, ${cpu.events.text} against ${ratesText(rates.bare)} /s`,
    ),
  ];
}

async function bareOnOneWorkflow(stack: BenchStack): Promise<() => Promise<number>> {
  const begin = async (n: number) =>
    await stack.temporal.workflow.start('bareCounter', { taskQueue: 'bare', workflowId: `bare/hot/${n}` });
  let sent = 0;
  let handle = await begin(0);
  return async () => {
    sent += 1;
    if (sent % MAX_BARE_UPDATES === 0) handle = await begin(sent);
    await handle.executeUpdate(bareUpdate, { args: [1] });
    return 1;
  };
}
