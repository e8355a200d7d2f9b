import { type Spread, spreadOf } from '../spread.ts';
import type { Crash } from './crash.ts';
import type { Idle } from './idle.ts';
import { LOADS, type LoadName, type Round } from './loads.ts';
import { sumOf } from './measure.ts';
import { PEERS, type PeerName } from './peer.ts';
import type { Herd } from './timers.ts';

export interface PeersResult {
  readonly rounds: readonly Round[];
  readonly herds: readonly Herd[];
  readonly idle: readonly Idle[];
  readonly crashes: readonly Crash[];
}

const NAMES: Readonly<Record<LoadName, string>> = {
  uniform: 'attaches, 200 entitlements',
  hot: 'attaches, one entitlement',
  match: '95 % match, 5 % attach',
};
const MEBIBYTE = 2 ** 20;
const KIBIBYTE = 2 ** 10;

/** The rows of the table: what is measured, and each peer's figure; with the spread as `median (lower–upper quartile)`. */
export function tableRows({ rounds, herds, idle, crashes }: PeersResult): string[][] {
  const row = (what: string, figure: (peer: PeerName) => string) => [what, ...PEERS.map(figure)];
  const ofLoad = (load: LoadName) => {
    const spread = (peer: PeerName, figure: (round: Round) => number) =>
      spreadOf(rounds.filter((round) => round.peer === peer && round.load === load).map(figure));
    const perOperation = (what: string, figure: (round: Round) => number, digits: number) =>
      row(`${NAMES[load]}: ${what}`, (peer) =>
        spread(peer, (round) => figure(round) / round.operations).median.toFixed(digits),
      );
    return [
      row(`${NAMES[load]}: per second`, (peer) =>
        withSpread(
          spread(peer, ({ perSecond }) => perSecond),
          0,
        ),
      ),
      row(`${NAMES[load]}: CPU-ms each`, (peer) =>
        withSpread(
          spread(peer, ({ use, operations }) => sumOf(use.cpu) / operations),
          2,
        ),
      ),
      row(`${NAMES[load]}: by process`, (peer) => byProcess(rounds, peer, load)),
      perOperation('WAL bytes each', ({ use }) => use.walBytes, 0),
      perOperation("bytes of Temporal's files each", ({ use }) => use.bytesElsewhere, 0),
      perOperation('statements each', ({ use }) => use.statements, 1),
    ];
  };
  const lateness = (turn: 'started' | 'expired', of: 'p50' | 'p99') => (peer: PeerName) =>
    withSpread(spreadOf(herds.filter((herd) => herd.peer === peer).map((herd) => herd[turn][of])), 0);
  const count = herds[0]?.started.count ?? 0;
  const many = (n: number) => n.toLocaleString('en-US');
  const ofIdle = (what: string, figure: (its: Idle) => string) =>
    row(`${many(idle[0]?.entitlements ?? 0)} idle: ${what}`, (peer) => {
      const its = idle.find((each) => each.peer === peer);
      return its === undefined ? '' : figure(its);
    });
  const ofCrash = (what: string, figure: (its: Crash) => string) =>
    row(`kill -9 under load: ${what}`, (peer) => {
      const its = crashes.find((each) => each.peer === peer);
      return its === undefined ? '' : figure(its);
    });
  return [
    ...LOADS.filter((load) => rounds.some((round) => round.load === load)).flatMap(ofLoad),
    ...(herds.length === 0
      ? []
      : [
          row(`${many(count)} starts at one instant: ms late, p50`, lateness('started', 'p50')),
          row(`${many(count)} starts at one instant: ms late, p99`, lateness('started', 'p99')),
          row(`${many(count)} ends at one instant: ms late, p50`, lateness('expired', 'p50')),
          row(`${many(count)} ends at one instant: ms late, p99`, lateness('expired', 'p99')),
        ]),
    ...(idle.length === 0
      ? []
      : [
          ofIdle('CPU-ms a minute', ({ cpuPerMinute }) => sumOf(cpuPerMinute).toFixed(0)),
          ofIdle('by process', ({ cpuPerMinute }) => inParts(cpuPerMinute, 0)),
          ofIdle('statements a minute', ({ statementsPerMinute }) => statementsPerMinute.toFixed(0)),
          ofIdle('memory, MiB', ({ memory }) =>
            inParts(
              mapped(memory, (bytes) => bytes / MEBIBYTE),
              0,
            ),
          ),
          ofIdle('KiB on disk each', ({ entitlements, addedBytes }) =>
            (addedBytes / entitlements / KIBIBYTE).toFixed(1),
          ),
        ]),
    ...(crashes.length === 0
      ? []
      : [
          ofCrash('acknowledged; lost; twice', (its) => `${its.acknowledged}; ${its.lost}; ${its.twice}`),
          ofCrash('recount', ({ wrong }) => (wrong.length === 0 ? 'right' : wrong.join('; '))),
          ofCrash('s until answers, less the 2 s down', (its) => ((its.outageMs - its.downMs) / 1_000).toFixed(1)),
          ofCrash('timers due meanwhile, s late, p50; most', ({ timers }) => {
            const late = `${(timers.p50 / 1_000).toFixed(1)}; ${(timers.max / 1_000).toFixed(1)}`;
            return timers.missing === 0 ? late : `${late}; ${timers.missing} of ${timers.count} never`;
          }),
        ]),
  ];
}

function byProcess(rounds: readonly Round[], peer: PeerName, load: LoadName): string {
  const those = rounds.filter((round) => round.peer === peer && round.load === load);
  const parts: Record<string, number> = {};
  for (const what of Object.keys(those[0]?.use.cpu ?? {}))
    parts[what] = spreadOf(those.map(({ use, operations }) => (use.cpu[what] ?? 0) / operations)).median;
  return inParts(parts, 2);
}

const mapped = (parts: Readonly<Record<string, number>>, by: (part: number) => number): Record<string, number> =>
  Object.fromEntries(Object.entries(parts).map(([what, part]) => [what, by(part)]));

const inParts = (parts: Readonly<Record<string, number>>, digits: number): string =>
  Object.entries(parts)
    .map(([what, part]) => `${what} ${part.toFixed(digits)}`)
    .join(', ');

const withSpread = ({ rounds, lowerQuartile, median, upperQuartile }: Spread, digits: number): string =>
  rounds === 1
    ? median.toFixed(digits)
    : `${median.toFixed(digits)} (${lowerQuartile.toFixed(digits)}–${upperQuartile.toFixed(digits)})`;

/** The table in Markdown, to paste into docs/performance.md; in columns for a terminal otherwise. */
export function printedTable(result: PeersResult, markdown: boolean): string {
  const [head, ...rows] = [['', ...PEERS], ...tableRows(result)];
  const all = [head ?? [], ...rows];
  const widths = (head ?? []).map((_, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => {
    const padded = cells.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    return markdown ? `| ${padded.join(' | ')} |` : padded.join('  ').trimEnd();
  };
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head ?? []), ...(markdown ? [line(rule)] : []), ...rows.map(line)].join('\n');
}
