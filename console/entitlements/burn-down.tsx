import { Group, Stack, Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { type PointerEvent, useState } from 'react';
import { dayOfText, dayText, instantText, numberText, termText } from '../ui/format.ts';
import { type Box, MARGIN, type Scales, scalesOf } from './burn-down-scales.ts';
import styles from './record.module.css';
import {
  allocationOf,
  groupOf,
  MARK_GROUPS,
  type Mark,
  type MarkGroup,
  markWords,
  type Usage,
  usageSummary,
} from './record-usage-words.ts';

const HEIGHT = 280;
const NARROWEST = 280;
/** Marks of one group that lie closer together than this are drawn as one. */
const CLUSTER_PX = 11;

const ms = (instant: string): number => new Date(instant).getTime();

/**
 * What remained over time, what was granted, refused and went past the term, and the projection to the end. For an
 * unlimited term: its cases. A table beside it has the same numbers.
 */
export function BurnDown({ usage }: { readonly usage: Usage }) {
  const { ref, width } = useElementSize();
  const [pointed, setPointed] = useState<number | null>(null);
  const box: Box = { width: Math.max(NARROWEST, width), height: HEIGHT };
  const scales = scalesOf(usage, box, Date.now());
  const point = (event: PointerEvent<SVGSVGElement>) => {
    const at = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const index = usage.points.findIndex(({ until }) => scales.x(ms(until)) >= at);
    setPointed(index === -1 ? usage.points.length - 1 : index);
  };
  return (
    <Stack gap={4}>
      <Text size="sm" c="dimmed" mih="1.4em" aria-hidden>
        {pointed === null ? 'Point at the chart to read a day.' : pointText(usage, pointed)}
      </Text>
      <div ref={ref}>
        <svg
          role="img"
          aria-label={`Remaining term over time. ${usageSummary(usage)}`}
          className={styles.chart}
          height={box.height}
          viewBox={`0 0 ${box.width} ${box.height}`}
          onPointerMove={point}
          onPointerLeave={() => setPointed(null)}
        >
          <Axes scales={scales} box={box} usage={usage} />
          {usage.totalTerm === null ? (
            <Cases usage={usage} scales={scales} />
          ) : (
            <Remaining usage={usage} scales={scales} />
          )}
          {usage.projection !== null && <Projection usage={usage} scales={scales} />}
          <line
            className={styles.today}
            x1={scales.x(scales.now)}
            x2={scales.x(scales.now)}
            y1={MARGIN.top}
            y2={box.height - MARGIN.bottom}
          />
          {pointed !== null && <Pointed usage={usage} scales={scales} index={pointed} box={box} />}
          {clustersOf(usage, scales).map((cluster) => (
            <MarkShape key={`${cluster.group} ${cluster.x}`} cluster={cluster} box={box} />
          ))}
        </svg>
      </div>
      <Legend usage={usage} />
    </Stack>
  );
}

function pointText(usage: Usage, index: number): string {
  const point = usage.points[index];
  if (point === undefined) return '';
  const allocation = allocationOf(usage);
  const left = point.remaining === null ? '' : `${termText(point.remaining, allocation)} left, `;
  const refused = point.refused === 0 ? '' : `, ${numberText(point.refused)} refused`;
  const cases = `${numberText(point.cases)} new ${point.cases === 1 ? 'case' : 'cases'}`;
  return `${dayText(point.day)}: ${left}${termText(point.used - point.returned, allocation)} used, ${cases}${refused}`;
}

interface Drawn {
  readonly usage: Usage;
  readonly scales: Scales;
}

const Axes = ({ usage, scales, box }: Drawn & { readonly box: Box }) => (
  <g aria-hidden>
    {scales.ticks.map((tick) => (
      <g key={tick}>
        <line
          className={styles.grid}
          x1={MARGIN.left}
          x2={box.width - MARGIN.right}
          y1={scales.y(tick)}
          y2={scales.y(tick)}
        />
        <text x={MARGIN.left - 8} y={scales.y(tick) + 4} textAnchor="end">
          {usage.unit === 'minutes' && usage.totalTerm !== null ? hoursTick(tick) : numberText(tick)}
        </text>
      </g>
    ))}
    {scales.dates.map((at) => (
      <text key={at} x={scales.x(at)} y={box.height - 6} textAnchor="middle">
        {dayOfText(new Date(at).toISOString(), usage.timeZone)}
      </text>
    ))}
  </g>
);

const hoursTick = (minutes: number): string => `${numberText(Math.round(minutes / 6) / 10)} h`;

/** The steps of what remained: each point's value stands at its end, the last one at this moment. */
function stepsOf({ usage, scales }: Drawn): string {
  const start = `M${scales.x(scales.from)},${scales.y(usage.opening ?? 0)}`;
  const steps = usage.points.map(({ until, remaining }) => {
    const at = Math.min(ms(until), scales.now);
    return `H${scales.x(at)}V${scales.y(remaining ?? 0)}`;
  });
  return [start, ...steps].join('');
}

function Remaining(drawn: Drawn) {
  const { scales } = drawn;
  const steps = stepsOf(drawn);
  return (
    <g aria-hidden>
      <path className={styles.under} d={`${steps}V${scales.y(0)}H${scales.x(scales.from)}Z`} />
      <path className={styles.remaining} d={steps} />
    </g>
  );
}

const Cases = ({ usage, scales }: Drawn) => (
  <g aria-hidden>
    {usage.points.map(({ since, until, cases }) => {
      const [left, right] = [scales.x(ms(since)), scales.x(ms(until))];
      const width = Math.max(1, right - left - 1);
      return (
        <rect
          key={since}
          className={styles.bar}
          x={left}
          width={width}
          y={scales.y(cases)}
          height={scales.y(0) - scales.y(cases)}
        />
      );
    })}
  </g>
);

/** The line down to the moment at which nothing is left, or to the end. */
function Projection({ usage, scales }: Drawn) {
  const corners = usage.projection?.line ?? [];
  const empty = corners.findIndex(({ remaining }, index) => index > 0 && remaining <= 0);
  const shown = empty === -1 ? corners : corners.slice(0, empty + 1);
  const path = shown
    .map(({ at, remaining }) => [Math.min(ms(at), scales.to), Math.max(remaining, scales.ticks[0] ?? 0)] as const)
    .map(([at, remaining], index) => `${index === 0 ? 'M' : 'L'}${scales.x(at)},${scales.y(remaining)}`)
    .join('');
  return <path aria-hidden className={styles.projection} d={path} />;
}

function Pointed({ usage, scales, index, box }: Drawn & { readonly index: number; readonly box: Box }) {
  const point = usage.points[index];
  if (point === undefined) return null;
  const x = scales.x(Math.min(ms(point.until), scales.now));
  return <line aria-hidden className={styles.pointed} x1={x} x2={x} y1={MARGIN.top} y2={box.height - MARGIN.bottom} />;
}

/** Marks of one group that lie at one place of the chart. */
interface Cluster {
  readonly group: MarkGroup;
  readonly x: number;
  readonly words: string;
}

function clustersOf(usage: Usage, scales: Scales): readonly Cluster[] {
  const found = new Map<string, { group: MarkGroup; x: number; marks: Mark[] }>();
  for (const mark of usage.marks) {
    const group = groupOf(mark);
    const x = scales.x(ms(mark.at));
    const key = `${group} ${Math.round(x / CLUSTER_PX)}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { group, x, marks: [mark] });
    else known.marks.push(mark);
  }
  const allocation = allocationOf(usage);
  return [...found.values()].map(({ group, x, marks }) => {
    const [first] = marks;
    const more = marks.length > 1 ? `, and ${marks.length - 1} more` : '';
    const words =
      first === undefined ? '' : `${instantText(first.at, usage.timeZone)}: ${markWords(first, allocation)}`;
    return { group, x, words: `${words}${more}` };
  });
}

/** Where each group stands: what was granted above the chart, what went past the term at its top, refusals at its foot. */
const placeOf = (group: MarkGroup, { height }: Box): number =>
  ({ granted: 9, lapsed: 9, past: MARGIN.top + 12, refused: height - MARGIN.bottom - 8 })[group];

const MarkShape = ({ cluster: { group, x, words }, box }: { readonly cluster: Cluster; readonly box: Box }) => (
  <g transform={`translate(${x} ${placeOf(group, box)})`}>
    <title>{words}</title>
    <Glyph group={group} />
  </g>
);

/** Each group has a shape of its own, so that nobody needs the colours. */
function Glyph({ group }: { readonly group: MarkGroup }) {
  if (group === 'granted') return <path className={styles.granted} d="M0,-6L6,5H-6Z" />;
  if (group === 'lapsed') return <path className={styles.lapsed} d="M0,6L6,-5H-6Z" />;
  if (group === 'past') return <path className={styles.past} d="M0,-6L6,0L0,6L-6,0Z" />;
  return <path className={styles.refused} d="M-5,-5L5,5M5,-5L-5,5" />;
}

const isGroup = (text: string): text is MarkGroup => Object.hasOwn(MARK_GROUPS, text);

function Legend({ usage }: { readonly usage: Usage }) {
  const present = new Set(usage.marks.map(groupOf));
  const groups = Object.keys(MARK_GROUPS).filter(isGroup);
  return (
    <Group gap="md" aria-hidden>
      {groups
        .filter((group) => present.has(group))
        .map((group) => (
          <Group key={group} gap={6}>
            <svg width={14} height={14} viewBox="-7 -7 14 14" aria-hidden>
              <Glyph group={group} />
            </svg>
            <Text size="sm">{MARK_GROUPS[group]}</Text>
          </Group>
        ))}
      {usage.projection !== null && (
        <Group gap={6}>
          <svg width={22} height={14} viewBox="0 0 22 14" aria-hidden>
            <path className={styles.projection} d="M0,7H22" />
          </svg>
          <Text size="sm">At the pace since {dayOfText(usage.projection.paceSince, usage.timeZone)}</Text>
        </Group>
      )}
    </Group>
  );
}
