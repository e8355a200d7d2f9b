import { bareUpdate } from './bare-workflows.ts';
import { anEntitlement } from './entitlements.ts';
import { type Figure, figure } from './figure.ts';
import { load, median } from './load.ts';
import type { BenchStack } from './stack.ts';

/** The server takes 10 updates of one workflow at a time; more would only be refused. */
const BARE_CLIENTS = 8;
const SINGLE_CLIENTS = 256;
const EVENT_CLIENTS = 8;
const EVENTS_PER_REQUEST = 1_000;
const WARM_UP_SECONDS = 3;
const ROUND_SECONDS = 8;
const ROUNDS = 3;

/** A run takes 2,000 updates; the next ones go to a new workflow. */
const MAX_BARE_UPDATES = 1_800;

/** One entitlement that all cases go to, by single posts and by case-events, against bare updates of one workflow. */
export async function hotEntitlement(stack: BenchStack, say: (line: string) => void): Promise<Figure[]> {
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
  const rounds: { bare: number; single: number; events: number }[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const bareRate = (await load({ clients: BARE_CLIENTS, seconds: ROUND_SECONDS }, bare)).perSecond;
    const singleRate = (await load({ clients: SINGLE_CLIENTS, seconds: ROUND_SECONDS }, single)).perSecond;
    const eventRate = (await load({ clients: EVENT_CLIENTS, seconds: ROUND_SECONDS }, events)).perSecond;
    rounds.push({ bare: bareRate, single: singleRate, events: eventRate });
    say(
      `round ${round}: bare ${bareRate.toFixed(0)}/s, single posts ${singleRate.toFixed(0)}/s, case-events ${eventRate.toFixed(0)}/s`,
    );
  }
  const rates = (of: 'bare' | 'single' | 'events') => rounds.map((round) => round[of].toFixed(0)).join(' ');
  return [
    figure(
      'hot_single_vs_bare_update',
      median(rounds.map((round) => round.single / round.bare)),
      'at least',
      5,
      `${rates('single')} /s against ${rates('bare')} /s`,
    ),
    figure(
      'hot_events_vs_bare_update',
      median(rounds.map((round) => round.events / round.bare)),
      'at least',
      20,
      `${rates('events')} /s against ${rates('bare')} /s`,
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
