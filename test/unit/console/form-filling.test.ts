import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectDir } from '../../../runtime/project-dir.ts';

/** The body of each effect that React runs some time after it has shown the page, so when somebody may have typed. */
const LATE_EFFECT = /\buseEffect\(\(\) => ([\s\S]*?)(?:,\n? *\[[^\]]*\]\n? *\);|\n {2}\}\);)/g;
const FILLS = /\.(?:setValues|setInitialValues|setFieldValue|reset|opened)\(|\b(?:setTyped|fill|begin)\(/;

const fillsLate = (text: string): string[] =>
  [...text.matchAll(LATE_EFFECT)].flatMap(([, body = '']) => (FILLS.test(body) ? [body.trim()] : []));

test('no late effect fills a form: what was typed meanwhile would be gone', () => {
  const folder = join(projectDir, 'console');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
  expect(files.length).toBeGreaterThan(100);
  const found = files.flatMap((file) =>
    fillsLate(readFileSync(join(folder, file), 'utf8')).map((body) => `console/${file}: ${body}`),
  );
  expect(found).toEqual([]);
});

test('such an effect is found, a layout effect and errors are not', () => {
  const filling = '(() => {\n    if (!opened) return;\n    form.setValues(a);\n  }, [opened]);';
  expect(fillsLate(`  useEffect${filling}`)).toHaveLength(1);
  expect(fillsLate('  useEffect(() => fill(settings), [settings]);')).toHaveLength(1);
  expect(fillsLate(`  useLayoutEffect${filling}`)).toEqual([]);
  expect(fillsLate(`  useEffect(() => form.setErrors(a), [error]);\n  useLayoutEffect${filling}`)).toEqual([]);
});
