import { firstTold, type Journal } from './journal.ts';
import { type Finding, VERDICTS, type Verdict } from './judge-record.ts';
import type { FaultName } from './plan.ts';
import type { Disturbance } from './storm.ts';

/** The figures of a run. */
export interface Figures {
  /** By kind of event or command. */
  readonly kinds: readonly KindFigures[];
  /** By kind of fault. */
  readonly faults: readonly FaultFigures[];
  readonly kills: number;
  readonly longestWaitMs: number;
  readonly counts: Readonly<Record<Verdict, number>>;
}

interface KindFigures {
  readonly kind: string;
  readonly asked: number;
  readonly acknowledged: number;
  readonly refused: number;
  /** Attempts beyond the first of each, and answers that were asked for again. */
  readonly retried: number;
}

interface FaultFigures {
  readonly fault: FaultName | 'no fault';
  readonly times: number;
  /** Faults that could not be done, such as a lock while PostgreSQL was away. */
  readonly missed: number;
  /** How long callers waited for their answer, retries included, whose wait touched such a fault. */
  readonly waits: number;
  readonly longestMs: number;
  readonly p99Ms: number;
}

/** From when to when somebody waited for a first answer, in ms since the run began. */
interface Wait {
  readonly from: number;
  readonly to: number;
}

export function figuresOf(
  journal: Journal,
  disturbances: readonly Disturbance[],
  findings: readonly Finding[],
  begunAt: number,
): Figures {
  const all = [...journal.cases, ...journal.commands];
  const waits = all.flatMap((asked): Wait[] => {
    const [first] = asked.attempts;
    const told = firstTold(asked);
    return first === undefined || told === undefined ? [] : [{ from: first.sentAt, to: told.endedAt }];
  });
  const counts = Object.fromEntries(
    VERDICTS.map((verdict) => [verdict, findings.filter((finding) => finding.verdict === verdict).length]),
  ) as Record<Verdict, number>;
  return {
    kinds: kindsOf(all),
    faults: faultsOf(waits, disturbances, begunAt),
    kills: disturbances.filter(({ name, missed }) => ENDS.has(name) && missed === undefined).length,
    longestWaitMs: Math.round(Math.max(0, ...waits.map(({ from, to }) => to - from))),
    counts,
  };
}

const ENDS = new Set<FaultName>(['kill', 'stop', 'immediate']);

function kindsOf(all: readonly (Journal['cases'][number] | Journal['commands'][number])[]): KindFigures[] {
  const kinds = [...new Set(all.map(({ kind }) => kind))].sort();
  return kinds.map((kind) => {
    const of = all.filter((asked) => asked.kind === kind);
    const outcomes = of.map((asked) => firstTold(asked)?.told.outcome);
    return {
      kind,
      asked: of.length,
      acknowledged: outcomes.filter((outcome) => outcome === 'accepted' || outcome === 'told').length,
      refused: outcomes.filter((outcome) => outcome === 'refused').length,
      retried: of.reduce((sum, { attempts }) => sum + Math.max(0, attempts.length - 1), 0),
    };
  });
}

function faultsOf(waits: readonly Wait[], disturbances: readonly Disturbance[], begunAt: number): FaultFigures[] {
  const spans = disturbances.map(({ name, from, to }) => ({
    name,
    from: from - begunAt,
    to: (to ?? Infinity) - begunAt,
  }));
  const touched = waits.map((wait) => ({
    ms: wait.to - wait.from,
    by: new Set(spans.filter(({ from, to }) => from < wait.to && to > wait.from).map(({ name }) => name)),
  }));
  const names = [...new Set(disturbances.map(({ name }) => name))].sort();
  const line = (fault: FaultFigures['fault'], of: readonly number[], done: readonly Disturbance[]): FaultFigures => {
    const sorted = of.toSorted((one, other) => one - other);
    return {
      fault,
      times: done.length,
      missed: done.filter(({ missed }) => missed !== undefined).length,
      waits: sorted.length,
      longestMs: Math.round(sorted.at(-1) ?? 0),
      p99Ms: Math.round(sorted[Math.max(0, Math.ceil(sorted.length * 0.99) - 1)] ?? 0),
    };
  };
  const calm = touched.filter(({ by }) => by.size === 0).map(({ ms }) => ms);
  return [
    ...names.map((name) =>
      line(
        name,
        touched.filter(({ by }) => by.has(name)).map(({ ms }) => ms),
        disturbances.filter((each) => each.name === name),
      ),
    ),
    line('no fault', calm, []),
  ];
}

/** The last table, for people. */
export function tableOf({ kinds, faults, counts, longestWaitMs }: Figures): string[] {
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  const total = (field: 'asked' | 'acknowledged' | 'refused' | 'retried') =>
    kinds.reduce((sum, each) => sum + each[field], 0);
  const row = (kind: string, ...figures: readonly (number | string)[]) =>
    `  ${kind.padEnd(20)}${figures.map((figure) => String(figure).padStart(14)).join('')}`;
  const { lost, twice, inconsistent, stuck, differences } = counts;
  return [
    row('event', 'asked', 'acknowledged', 'refused', 'retried'),
    ...kinds.map(({ kind, asked, acknowledged, refused, retried }) => row(kind, asked, acknowledged, refused, retried)),
    row('all', total('asked'), total('acknowledged'), total('refused'), total('retried')),
    '',
    row('fault', 'times', 'callers', 'longest wait', 'p99'),
    ...faults.map(({ fault, times, waits, longestMs, p99Ms }) =>
      row(fault, times === 0 ? '' : times, waits, seconds(longestMs), seconds(p99Ms)),
    ),
    '',
    `${lost} lost, ${twice} twice, ${inconsistent} inconsistent, ${stuck} stuck, reconcile ${differences === 0 ? 'clean' : `finds ${differences} differences`}; the longest wait of a caller ${seconds(longestWaitMs)}`,
  ];
}
