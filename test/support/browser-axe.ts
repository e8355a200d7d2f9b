import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

let script: Promise<string> | undefined;

/**
 * What axe finds on the page as it stands, one line for each element: the rule, the element, what to do. `rules`: these
 * alone, where the page was looked at by all rules before and only its colours have changed.
 */
export async function violationsOf(page: Page, rules: readonly string[] = []): Promise<string[]> {
  script ??= readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  // Once for each document: reading the script costs as much as a look at a small page.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(await script);
  const options = { resultTypes: ['violations'], ...(rules.length === 0 ? {} : { runOnly: rules }) };
  const { violations } = await page.evaluate<AxeResults>(`axe.run(document, ${JSON.stringify(options)})`);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
  );
}
