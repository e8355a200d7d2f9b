import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectDir } from '../../runtime/project-dir.ts';

/** A metric as docs/monitoring.md lists it. */
export interface ListedMetric {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  /** The processes that show it. */
  readonly shownBy: string;
}

const ROW = /^\| `(?<name>[a-z_0-9]+)` +\| (?<type>\w+) +\| (?<shownBy>[\w, ]+?) +\| (?<labels>[^|]*?) +\| /;

/** The metrics that docs/monitoring.md lists, from its tables. */
export async function listedMetrics(): Promise<readonly ListedMetric[]> {
  const text = await readFile(join(projectDir, 'docs', 'monitoring.md'), 'utf8');
  return text.split('\n').flatMap((line) => {
    const groups = ROW.exec(line)?.groups;
    if (groups === undefined) return [];
    const { name = '', type = '', shownBy = '', labels = '' } = groups;
    return [{ name, type, shownBy, labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label ?? '') }];
  });
}

/** The names of the metrics in a query of Prometheus, without the suffixes of histograms. */
export const metricsIn = (query: string): readonly string[] =>
  [...query.replaceAll(/\{[^}]*\}/g, '').matchAll(/\b(?:allot|temporal|process|nodejs|up)(?:_[a-z0-9_]+)?\b/g)]
    .map(([name]) => name.replace(/_(?:bucket|sum|count)$/, ''))
    .filter((name) => name !== 'process');
