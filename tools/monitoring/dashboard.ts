import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectDir } from '../../runtime/project-dir.ts';
import type { Prometheus } from './prometheus.ts';

/** A panel of the dashboard file, as far as it is drawn. */
export interface Panel {
  readonly type: 'row' | 'timeseries' | 'stat';
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly unit: string;
  readonly isStacked: boolean;
  readonly lines: readonly Line[];
}

/** A line of a panel: its legend, and a value for each step; null where there is none. */
export interface Line {
  readonly legend: string;
  readonly values: readonly (number | null)[];
}

interface RawPanel extends Omit<Panel, 'unit' | 'isStacked' | 'lines'> {
  readonly fieldConfig?: {
    readonly defaults: { readonly unit: string; readonly custom: { readonly stacking?: object } };
  };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

/** A span in steps, in seconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** The panels of monitoring/grafana/allot.json, with what Prometheus answers to their queries. */
export async function readDashboard(prometheus: Prometheus, span: Span, rateSeconds: number): Promise<Panel[]> {
  const file = join(projectDir, 'monitoring', 'grafana', 'allot.json');
  const { panels } = JSON.parse(await readFile(file, 'utf8')) as { panels: readonly RawPanel[] };
  const filled: Panel[] = [];
  for (const { fieldConfig, targets = [], ...panel } of panels) {
    const lines: Line[] = [];
    for (const { expr, legendFormat } of targets) {
      const query = expr.replaceAll('$__rate_interval', `${rateSeconds}s`);
      for (const { labels, points } of await prometheus.query(query, span))
        lines.push({ legend: legendOf(legendFormat, labels), values: inSteps(points, span) });
    }
    const { unit = 'short', custom } = fieldConfig?.defaults ?? {};
    filled.push({ ...panel, unit, isStacked: custom?.stacking !== undefined, lines });
  }
  return filled;
}

const legendOf = (format: string, labels: Readonly<Record<string, string>>): string =>
  format.replaceAll(/\{\{(\w+)\}\}/g, (_all, name: string) => labels[name] ?? '');

function inSteps(points: readonly (readonly [number, number])[], { from, to, step }: Span): (number | null)[] {
  const known = new Map(points.map(([at, value]) => [Math.round((at - from) / step), value]));
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => {
    const value = known.get(index);
    return value === undefined || Number.isNaN(value) ? null : value;
  });
}
