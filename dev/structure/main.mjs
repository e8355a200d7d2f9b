// `npm run structure`: circles between files, circles between folders, imports that a layer must not make. Exit status 1 if any.
//   --root DIR           another checkout than this one
//   --layers FILE|none   other layers than those of structure.config.json, or none
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bootstrap, main, projectDir, Stop } from '../bootstrap.mjs';

function options() {
  try {
    const { values } = parseArgs({ options: { root: { type: 'string' }, layers: { type: 'string' } } });
    return {
      root: resolve(values.root ?? projectDir),
      layers: values.layers ?? join(projectDir, 'structure.config.json'),
    };
  } catch (error) {
    throw new Stop(`${error.message}. Usage: npm run structure -- [--root DIR] [--layers FILE|none]`);
  }
}

function readConfig(file) {
  if (file === 'none') return undefined;
  if (!existsSync(file))
    throw new Stop(`There is no file ${file} with layers. Name one that exists, or say --layers none.`);
  const config = JSON.parse(readFileSync(file, 'utf8'));
  const names = config.layers.map(({ name }) => name);
  const unknown = config.layers.flatMap((layer) => layer.imports).filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new Stop(`${file} allows imports of layers that it does not list: ${unknown.join(', ')}.`);
  return config;
}

// A reader such as `head` may close the pipe before the last line: then nothing is known to be right.
process.stdout.on('error', () => process.exit(1));
const print = (line) => process.stdout.write(`${line}\n`);

function section(title, offenders) {
  print(`${title}: ${offenders.length}`);
  for (const line of offenders) print(`  ${line}`);
  return offenders.length;
}

await main(async () => {
  const startedAt = performance.now();
  const { root, layers } = options();
  const config = readConfig(layers);
  await bootstrap();
  const { readGraph } = await import('./graph.mjs');
  const { offendersOf } = await import('./offenders.mjs');
  const graph = readGraph(root);
  let failures = 0;
  for (const { title, offenders } of offendersOf(graph, config)) failures += section(title, offenders);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  print(`structure: ${graph.files.length} files, ${graph.imports.length} imports between them, ${seconds} s`);
  if (failures > 0) process.exitCode = 1;
});
