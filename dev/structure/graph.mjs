// Reads which file imports which. Types count: `import type`, `import('./x.ts').T` and re-exports are imports like all others.
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';

const SOURCE = /\.(tsx?|mjs|js)$/;
// Styles and pictures that a bundler takes in: they import nothing.
const ASSET = /\.(css|svg)$/;
const NO_SOURCES = new Set(['node_modules', 'dist']);

// Files at the root are settings of tools; folders with a dot in front are nobody's sources. A workspace such as client/ has
// packages and a build of its own.
function sourceFiles(root) {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'coverage')
    .flatMap(({ name }) => filesUnder(root, name))
    .filter((file) => SOURCE.test(file))
    .sort();
}

function filesUnder(root, dir) {
  if (NO_SOURCES.has(posix.basename(dir))) return [];
  return readdirSync(join(root, dir), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(dir, entry.name);
    return entry.isDirectory() ? filesUnder(root, path) : [path];
  });
}

function specifiersIn(root, file) {
  const { program, errors } = parseSync(file, readFileSync(join(root, file), 'utf8'));
  if (errors.length > 0) throw new Error(`${file} could not be read: ${errors[0].message}`);
  const found = new Set();
  // A computed `import(name)` is no literal and leads to no file that could be named.
  const add = (literal) => typeof literal?.value === 'string' && !ASSET.test(literal.value) && found.add(literal.value);
  new Visitor({
    ImportDeclaration: ({ source }) => add(source),
    ExportNamedDeclaration: ({ source }) => add(source),
    ExportAllDeclaration: ({ source }) => add(source),
    ImportExpression: ({ source }) => add(source),
    TSImportType: ({ source }) => add(source),
    TSExternalModuleReference: ({ expression }) => add(expression),
  }).visit(program);
  return [...found].sort();
}

/**
 * The graph of a checkout: `files` (paths from its root), `imports` between them, `packages` that they import (npm packages and
 * Node's own modules), and `unresolved` relative imports. A specifier names its file in full, as Node wants it.
 */
export function readGraph(root) {
  const files = sourceFiles(root);
  const known = new Set(files);
  const graph = { files, imports: [], packages: [], unresolved: [] };
  for (const from of files) {
    for (const specifier of specifiersIn(root, from)) {
      const to = posix.join(posix.dirname(from), specifier);
      if (!specifier.startsWith('.')) graph.packages.push({ from, to: specifier });
      else if (known.has(to)) graph.imports.push({ from, to });
      else graph.unresolved.push({ from, to: specifier });
    }
  }
  return graph;
}

/**
 * The folders of a graph: every directory that holds source files is one, distinct from its parents and its children. An
 * import between files of two folders joins the folders; `files` lists those imports.
 */
export function folderImports(imports) {
  const joined = new Map();
  for (const { from, to } of imports) {
    const pair = { from: posix.dirname(from), to: posix.dirname(to) };
    if (pair.from === pair.to) continue;
    const key = `${pair.from} ${pair.to}`;
    const known = joined.get(key) ?? { ...pair, files: [] };
    known.files.push({ from, to });
    joined.set(key, known);
  }
  return [...joined.values()];
}
