import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { projectDir } from '../../../runtime/project-dir.ts';
import { listedMetrics, metricsIn } from '../../support/listed-metrics.ts';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

const read = (...path: string[]) => readFile(join(projectDir, ...path), 'utf8');

const { groups } = parse(await read('monitoring', 'prometheus', 'alerts.yaml')) as {
  groups: readonly { readonly rules: readonly Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);
const runbook = await read('docs', 'runbook.md');
const tests = await read('monitoring', 'prometheus', 'alerts.test.yaml');
const listed = new Set((await listedMetrics()).map(({ name }) => name));

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly description?: string;
  readonly targets?: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[];
}
const { panels } = JSON.parse(await read('monitoring', 'grafana', 'allot.json')) as { panels: readonly Panel[] };

describe('alert rules', () => {
  test('there are rules, and no two have one name', () => {
    expect(rules.length).toBeGreaterThan(10);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });

  test.each(rules)(
    '$alert uses metrics that docs/monitoring.md lists, waits a while, and says whom it concerns',
    (rule) => {
      const used = metricsIn(rule.expr);
      expect(used.length).toBeGreaterThan(0);
      expect(used.filter((name) => !listed.has(name))).toEqual([]);
      expect(rule.for).toMatch(/^\d+[smhd]$/);
      expect(['page', 'ticket']).toContain(rule.labels.severity);
      expect(rule.annotations.summary).toMatch(/\.$/);
    },
  );

  test.each(rules)('$alert has a section in docs/runbook.md, and its link leads there', ({ alert, annotations }) => {
    expect(annotations.runbook).toBe(`docs/runbook.md#${alert.toLowerCase()}`);
    const [, section = ''] = runbook.split(`\n## ${alert}\n`);
    const text = section.split('\n## ')[0] ?? '';
    for (const part of ['**Users**', '**Look**', '**Do**', '**Over**'])
      expect([alert, text]).toEqual([alert, expect.stringContaining(part)]);
  });

  test.each(rules)('$alert has a test in alerts.test.yaml', ({ alert }) => {
    expect(tests).toContain(`alertname: ${alert}\n`);
  });

  test('docs/runbook.md has no section of an alert that does not exist', () => {
    const sections = [...runbook.matchAll(/^## (Allot\w+)$/gm)].map(([, name]) => name);
    expect(sections.sort()).toEqual(rules.map(({ alert }) => alert).sort());
  });
});

describe('the dashboard', () => {
  const drawn = panels.filter(({ type }) => type !== 'row');

  test('has a row for each subject', () => {
    expect(panels.filter(({ type }) => type === 'row').map(({ title }) => title)).toEqual([
      'Callers',
      'Decisions',
      'Ledger',
      'Workflows',
      'Deliveries',
      'Renewals',
      'Database',
      'Processes',
    ]);
  });

  test.each(drawn)('$title draws metrics that docs/monitoring.md lists, from the chosen data source', (panel) => {
    const targets = panel.targets ?? [];
    expect(targets.length).toBeGreaterThan(0);
    expect(panel.description).toMatch(/\.$/);
    for (const { expr, datasource } of targets) {
      expect(metricsIn(expr).filter((name) => !listed.has(name))).toEqual([]);
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's own variable.
      expect(datasource.uid).toBe('${datasource}');
    }
  });
});
