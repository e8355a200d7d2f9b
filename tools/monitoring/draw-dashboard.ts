import type { Line, Panel, Span } from './dashboard.ts';

/** Pixels. */
const WIDTH = 1_600;
const UNIT_HEIGHT = 30;
const GAP = 10;
const COLUMNS = 24;
const LEGENDS = 6;
const COLOURS = [
  '#2f6fdb',
  '#e0752d',
  '#1a9e77',
  '#b13fa6',
  '#c9a100',
  '#d64550',
  '#6b7c93',
  '#16a5c4',
  '#7b5cd6',
  '#7f9e2b',
];

/** A page with the panels at their places, drawn as SVG. */
export function drawDashboard(panels: readonly Panel[], span: Span): string {
  const bottom = Math.max(...panels.map(({ gridPos }) => gridPos.y + gridPos.h)) * UNIT_HEIGHT;
  const column = WIDTH / COLUMNS;
  const drawn = panels.map((panel) => {
    const { x, y, w, h } = panel.gridPos;
    const size = { width: w * column - GAP, height: h * UNIT_HEIGHT - GAP };
    const at = `translate(${x * column + GAP / 2} ${y * UNIT_HEIGHT + GAP / 2})`;
    return `<g transform="${at}">${drawPanel(panel, size, span)}</g>`;
  });
  return `<!doctype html><meta charset="utf-8"><style>${STYLE}</style>
    <svg width="${WIDTH}" height="${bottom + GAP}" xmlns="http://www.w3.org/2000/svg">${drawn.join('')}</svg>`;
}

const STYLE = `body{margin:0;background:#f4f5f7;font:12px "DejaVu Sans",sans-serif}svg{display:block}
  text{font:11px "DejaVu Sans",sans-serif;fill:#3b4351}.row{font-weight:bold;font-size:14px}.title{font-weight:bold;font-size:12px}
  .big{font-size:30px;font-weight:bold}.axis{fill:#7a8291;font-size:10px}`;

interface Size {
  readonly width: number;
  readonly height: number;
}

function drawPanel(panel: Panel, size: Size, span: Span): string {
  if (panel.type === 'row') return `<text class="row" x="4" y="17">${escaped(panel.title)}</text>`;
  const frame = `<rect width="${size.width}" height="${size.height}" rx="5" fill="#fff" stroke="#dfe2e8"/>
    <text class="title" x="10" y="18">${escaped(panel.title)}</text>`;
  return frame + (panel.type === 'stat' ? drawStat(panel, size) : drawLines(panel, size, span));
}

function drawStat({ lines, unit }: Panel, { width, height }: Size): string {
  const each = width / Math.max(1, lines.length);
  return lines
    .map(({ legend, values }, index) => {
      const middle = (index + 0.5) * each;
      const last = values.findLast((value) => value !== null) ?? null;
      return `<text class="big" text-anchor="middle" x="${middle}" y="${height / 2 + 10}">${shown(last, unit)}</text>
        <text text-anchor="middle" x="${middle}" y="${height / 2 + 32}">${escaped(legend)}</text>`;
    })
    .join('');
}

function drawLines({ lines, unit, isStacked }: Panel, { width, height }: Size, span: Span): string {
  const box = { left: 58, top: 28, right: width - 10, bottom: height - 52 };
  const biggest = [...lines].sort((one, other) => sumOf(other) - sumOf(one));
  const layers = isStacked
    ? stacked(biggest)
    : biggest.map(({ values }) => ({ low: values.map(() => 0), high: values }));
  const top = niceTop(Math.max(0, ...layers.flatMap(({ high }) => high.map((value) => value ?? 0))));
  const count = Math.max(1, (biggest[0]?.values.length ?? 1) - 1);
  const x = (index: number) => box.left + ((box.right - box.left) * index) / count;
  const y = (value: number) => box.bottom - ((box.bottom - box.top) * value) / top;
  const grid = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const at = y(top * part);
    return `<line x1="${box.left}" x2="${box.right}" y1="${at}" y2="${at}" stroke="#eceef2"/>
      <text class="axis" text-anchor="end" x="${box.left - 5}" y="${at + 3}">${shown(top * part, unit)}</text>`;
  });
  const times = [0, 0.5, 1].map((part, index) => {
    const at = new Date((span.from + (span.to - span.from) * part) * 1_000).toISOString().slice(11, 19);
    const anchor = ['start', 'middle', 'end'][index];
    return `<text class="axis" text-anchor="${anchor}" x="${x(count * part)}" y="${box.bottom + 13}">${at}</text>`;
  });
  const shapes = layers.map(({ low, high }, index) => {
    const colour = COLOURS[index % COLOURS.length];
    const parts = runsOf(high);
    const line = parts.map((run) => run.map((at) => `${x(at)},${y(high[at] ?? 0)}`).join(' '));
    const area = parts.map((run) =>
      [
        ...run.map((at) => `${x(at)},${y(high[at] ?? 0)}`),
        ...[...run].reverse().map((at) => `${x(at)},${y(low[at] ?? 0)}`),
      ].join(' '),
    );
    return [
      ...area.map((points) => `<polygon points="${points}" fill="${colour}" opacity="${isStacked ? 0.25 : 0.07}"/>`),
      ...line.map((points) => `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="1.6"/>`),
    ].join('');
  });
  const none =
    lines.length === 0 ? `<text x="${width / 2}" y="${height / 2}" text-anchor="middle">none so far</text>` : '';
  return grid.join('') + times.join('') + shapes.join('') + none + drawLegend(biggest, { width, height });
}

function drawLegend(lines: readonly Line[], { width, height }: Size): string {
  const perRow = 3;
  const each = (width - 20) / perRow;
  const named = lines.slice(0, LEGENDS).map(({ legend }, index) => {
    const left = 10 + (index % perRow) * each;
    const y = height - 23 + Math.floor(index / perRow) * 14;
    const text = legend.length > 26 ? `${legend.slice(0, 25)}…` : legend;
    return `<rect x="${left}" y="${y - 7}" width="9" height="3" fill="${COLOURS[index % COLOURS.length]}"/>
      <text x="${left + 14}" y="${y}">${escaped(text)}</text>`;
  });
  return named.join('');
}

/** The values one on the other; a missing one counts as 0. */
function stacked(lines: readonly Line[]): { low: number[]; high: (number | null)[] }[] {
  let below = (lines[0]?.values ?? []).map(() => 0);
  return lines.map(({ values }) => {
    const low = below;
    const high = values.map((value, index) => (low[index] ?? 0) + (value ?? 0));
    below = high;
    return { low, high };
  });
}

/** The steps with a value, in runs without a gap. */
function runsOf(values: readonly (number | null)[]): number[][] {
  const runs: number[][] = [];
  let before: number | null = null;
  for (const [index, value] of values.entries()) {
    if (value !== null) {
      if (before === null) runs.push([]);
      runs.at(-1)?.push(index);
    }
    before = value;
  }
  return runs;
}

const sumOf = ({ values }: Line): number => values.reduce<number>((sum, value) => sum + (value ?? 0), 0);

function niceTop(most: number): number {
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return ([1, 2, 4, 5, 8, 10].find((factor) => factor * power >= most) ?? 10) * power;
}

/** A value with its unit. */
function shown(value: number | null, unit: string): string {
  if (value === null) return '–';
  if (unit === 's') return value >= 1 || value === 0 ? `${round(value)} s` : `${round(value * 1_000)} ms`;
  if (unit === 'bytes') return `${round(value / 1_048_576)} MiB`;
  if (unit === 'percentunit') return `${round(value * 100)} %`;
  if (unit === 'reqps' || unit === 'ops') return `${round(value)} /s`;
  return round(value);
}

const round = (value: number): string => String(Number(value.toPrecision(3)));

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
