import type { ReceivedSpan } from './otlp-receiver.ts';

/** Pixels. */
const WIDTH = 1_400;
const NAMES = 470;
const ROW = 26;
const TOP = 62;
const COLOUR_OF: Readonly<Record<string, string>> = { 'allot-api': '#2f6fdb', 'allot-worker': '#1a9e77' };

interface Placed {
  readonly span: ReceivedSpan;
  readonly depth: number;
}

/** A page with the spans of a trace, each under its parent, at the times at which they were under way. */
export function drawTrace(spans: readonly ReceivedSpan[]): string {
  const placed = inOrder(spans);
  const from = Math.min(...spans.map(({ startNano }) => ms(startNano)));
  const to = Math.max(...spans.map(({ endNano }) => ms(endNano)));
  const x = (at: number) => NAMES + ((WIDTH - NAMES - 90) * (at - from)) / Math.max(0.001, to - from);
  const height = TOP + placed.length * ROW + 16;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const at = x(from + (to - from) * part);
    return `<line x1="${at}" x2="${at}" y1="${TOP - 10}" y2="${height - 10}" stroke="#e6e8ed"/>
      <text class="axis" text-anchor="middle" x="${at}" y="${TOP - 15}">${((to - from) * part).toFixed(1)} ms</text>`;
  });
  const bars = placed.map(({ span, depth }, index) => {
    const y = TOP + index * ROW;
    const [start, end] = [ms(span.startNano), ms(span.endNano)];
    const colour = COLOUR_OF[span.service] ?? '#6b7c93';
    const name = span.name.length > 58 - 2 * depth ? `${span.name.slice(0, 56 - 2 * depth)}…` : span.name;
    return `<rect x="0" y="${y}" width="${WIDTH}" height="${ROW}" fill="${index % 2 === 0 ? '#fafbfc' : '#fff'}"/>
      <text x="${14 + depth * 16}" y="${y + 17}">${escaped(name)}</text>
      <rect x="${x(start)}" y="${y + 7}" width="${Math.max(2, x(end) - x(start))}" height="12" rx="2" fill="${colour}"/>
      <text class="axis" x="${Math.min(x(end) + 6, WIDTH - 62)}" y="${y + 17}">${(end - start).toFixed(2)} ms</text>`;
  });
  const services = Object.entries(COLOUR_OF).map(
    (
      [service, colour],
      index,
    ) => `<rect x="${WIDTH - 290 + index * 130}" y="14" width="12" height="12" fill="${colour}"/>
      <text x="${WIDTH - 272 + index * 130}" y="25">${service}</text>`,
  );
  return `<!doctype html><meta charset="utf-8"><style>body{margin:0}svg{display:block;background:#fff}
    text{font:12px "DejaVu Sans",sans-serif;fill:#2b3240}.axis{font-size:10.5px;fill:#6b7382}.head{font-size:14px;font-weight:bold}</style>
    <svg width="${WIDTH}" height="${height}" xmlns="http://www.w3.org/2000/svg">
    ${bars.join('')}${ticks.join('')}${services.join('')}
    <text class="head" x="14" y="25">Trace ${spans[0]?.traceId ?? ''}</text></svg>`;
}

/** Each span after its parent, and the children of one in the order in which they began. */
function inOrder(spans: readonly ReceivedSpan[]): Placed[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const below = (parentId: string | undefined, depth: number): Placed[] =>
    spans
      .filter((span) => (parentId === undefined ? !ids.has(span.parentId) : span.parentId === parentId))
      .sort((one, other) => ms(one.startNano) - ms(other.startNano))
      .flatMap((span) => [{ span, depth }, ...below(span.spanId, depth + 1)]);
  return below(undefined, 0);
}

/** Milliseconds since 1970, with a part of one. */
const ms = (nano: string): number => Number(BigInt(nano) / 1_000n) / 1_000;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
