import { setTimeout as sleep } from 'node:timers/promises';
import { CpuOfOperations } from './cpu-split.ts';
import { anEntitlement } from './entitlements.ts';
import { type Figure, figure } from './figure.ts';
import { each, load, type Rate } from './load.ts';
import { type BenchOptions, ratesText, ratios, roundsOf } from './rounds.ts';
import { median } from './spread.ts';
import type { BenchStack } from './stack.ts';

const ENTITLEMENTS = 100;
const CLIENTS = 32;
/** Cases that come one at a time, on a machine that has time for each and its clocks. */
const SINGLE_CASES = 40;
const SINGLE_EVERY_MS = 125;
const WARM_UP_SECONDS = 5;
const ROUND_SECONDS = 6;
const POLL_MS = 200;

const SLA_ID = 'bench-sla';
/** Neither warning nor breach comes while the bench runs. */
const SLA = { name: 'Bench', firstResponseMinutes: 240, resolutionMinutes: 480, calendar: { kind: '24x7' } };

/**
 * Cases whose entitlement has an SLA, against cases whose entitlement has none: how long a caller waits where eight come a
 * second, and how many come when the machine has time for no more. An attach does not wait for its clocks, but shares the
 * machine with them: a workflow starts for each case. CPU counts until all clocks stand.
 */
export async function withSla(
  stack: BenchStack,
  say: (line: string) => void,
  options: BenchOptions,
): Promise<Figure[]> {
  say(`SLA: ${ENTITLEMENTS} entitlements with an SLA and as many without, ${CLIENTS} clients`);
  await stack.send('PUT', `/v1/slas/${SLA_ID}`, SLA, 201);
  const calls = {
    without: await attaching(stack, 'without', {}),
    sla: await attaching(stack, 'sla', { slaId: SLA_ID }),
  };
  const cpu = { without: new CpuOfOperations(stack), sla: new CpuOfOperations(stack) };
  for (const call of Object.values(calls)) await load({ clients: CLIENTS, seconds: WARM_UP_SECONDS }, call);
  await clocksStand(stack);

  const rates: Record<keyof typeof calls, Rate[]> = { without: [], sla: [] };
  const waits: Record<keyof typeof calls, number[]> = { without: [], sla: [] };
  for (const round of roundsOf(options)) {
    for (const name of ['without', 'sla'] as const)
      rates[name].push(
        await cpu[name].during(async () => {
          const rate = await load({ clients: CLIENTS, seconds: ROUND_SECONDS }, calls[name]);
          await clocksStand(stack);
          return rate;
        }),
      );
    for (const name of ['without', 'sla'] as const) {
      waits[name].push(await medianWaitMs(calls[name]));
      await clocksStand(stack);
    }
    const [without, sla] = [rates.without, rates.sla].map((all) => all.at(-1)?.perSecond.toFixed(0));
    const [wait, waitWith] = [waits.without, waits.sla].map((all) => all.at(-1)?.toFixed(1));
    say(`round ${round}: without ${without}/s and ${wait} ms, with an SLA ${sla}/s and ${waitWith} ms`);
  }
  const [withText, withoutText] = [
    `${ratesText(rates.sla)} /s, ${cpu.sla.text}`,
    `${ratesText(rates.without)} /s, ${cpu.without.text}`,
  ];
  return [
    figure(
      'attach_wait_with_sla_vs_without',
      waits.sla.map((ms, index) => ms / (waits.without[index] ?? Number.NaN)),
      'at most',
      1.1,
      `${millis(waits.sla)} ms against ${millis(waits.without)} ms, one case each ${SINGLE_EVERY_MS} ms`,
    ),
    figure(
      'attach_with_sla_vs_without',
      ratios(rates.sla, rates.without),
      'at least',
      0.5,
      `${withText} against ${withoutText}`,
    ),
  ];
}

/** What a caller waits for an answer, in milliseconds: the median of cases that come one at a time. */
async function medianWaitMs(call: (n: number) => Promise<number>): Promise<number> {
  const waits: number[] = [];
  for (let n = 0; n < SINGLE_CASES; n += 1) {
    const sent = performance.now();
    await call(n);
    waits.push(performance.now() - sent);
    await sleep(Math.max(0, sent + SINGLE_EVERY_MS - performance.now()));
  }
  return median(waits);
}

/** `12.1 12.4`, of all rounds. */
const millis = (rounds: readonly number[]): string => rounds.map((ms) => ms.toFixed(1)).join(' ');

/** A call that attaches one case to one of many new entitlements with these terms. */
async function attaching(stack: BenchStack, name: string, terms: object): Promise<(n: number) => Promise<number>> {
  const entitlements: { id: string; customerId: string }[] = [];
  const numbers = Array.from({ length: ENTITLEMENTS }, (_, n) => n);
  await each(numbers, 16, async (n) => {
    entitlements.push(await anEntitlement(stack, `${name}-${n}`, terms));
  });
  let caseNumber = 0;
  return async (n) => {
    const { id = '', customerId = '' } = entitlements[n % ENTITLEMENTS] ?? {};
    caseNumber += 1;
    await stack.send('POST', '/v1/cases', { id: `${name}-${caseNumber}`, customerId, entitlementId: id }, 201);
    return 1;
  };
}

/** Resolves once the clocks of all cases have been looked at. */
async function clocksStand({ sql }: BenchStack): Promise<void> {
  for (;;) {
    const waiting = await sql`
      select from case_clock_work work
      where told < written or not exists (select from case_clocks clock where clock.case_id = work.case_id) limit 1`;
    if (waiting.length === 0) return;
    await sleep(POLL_MS);
  }
}
