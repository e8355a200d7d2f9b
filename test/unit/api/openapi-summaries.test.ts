import { expect, test } from 'vitest';
import { presentDocument } from '../../../dev/openapi-document.ts';

/** How a summary may begin: it says in the third person what the route does. */
const VERBS = [
  'Accepts',
  'Activates',
  'Adds',
  'Amends',
  'Applies',
  'Cancels',
  'Changes',
  'Clears',
  'Closes',
  'Counts',
  'Creates',
  'Declines',
  'Deletes',
  'Edits',
  'Ends',
  'Gives',
  'Holds',
  'Lets',
  'Lists',
  'Makes',
  'Pauses',
  'Puts',
  'Reactivates',
  'Reads',
  'Records',
  'Replaces',
  'Resolves',
  'Revokes',
  'Sends',
  'Shows',
  'Sums',
  'Takes',
  'Turns',
  'Voids',
];

const { paths } = presentDocument() as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly summary: string }>>>>;
};
const summaries = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { summary }]) => [`${method.toUpperCase()} ${path}`, summary] as const),
);

test('the document has the summaries of all routes', () => {
  expect(summaries.length).toBeGreaterThan(70);
});

test.each(summaries)('%s: the summary begins with a verb in the third person', (_route, summary) => {
  expect(VERBS).toContain(summary.split(' ')[0]);
});

test.each(summaries)('%s: the summary is one sentence without a full stop', (_route, summary) => {
  expect(summary).not.toMatch(/\. |\.$/);
});
