import { DEFAULT_THEME, luminance, mergeMantineTheme } from '@mantine/core';
import { expect, test } from 'vitest';
import { readableWarnings, theme } from '../../../console/theme/theme.ts';

const merged = mergeMantineTheme(DEFAULT_THEME, theme);
const variables = readableWarnings(merged);

/** The colour that `var(--mantine-color-red-9)` stands for. */
function colorOf(variable: string): string {
  const [, name, shade] = /^var\(--mantine-color-([a-z]+)-([0-9])\)$/.exec(variable) ?? [];
  const color = merged.colors[name ?? '']?.[Number(shade)];
  if (color === undefined) throw new Error(`${variable} is no shade of the theme`);
  return color;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

// The lightest and the darkest ground that text stands on: the page, a card, a field.
test.each([
  ['light', variables.light, [merged.white, merged.colors.gray[0]]],
  ['dark', variables.dark, [merged.colors.dark[8], merged.colors.dark[6]]],
] as const)('each text of a warning can be read on the %s page', (_, of, grounds) => {
  const texts = Object.values(of);
  expect(Object.keys(of).toSorted()).toEqual(
    ['error', 'green-text', 'orange-text', 'red-text', 'yellow-text'].map((name) => `--mantine-color-${name}`),
  );
  for (const text of texts)
    for (const ground of grounds)
      expect(contrast(colorOf(text), ground), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
});
