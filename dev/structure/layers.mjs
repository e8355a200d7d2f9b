// Holds a graph of imports against the layers of structure.config.json: a layer imports its own files, the layers that it
// lists under `imports`, and the packages that it lists under `packages` (all packages when it has no such list).

/** A layer is a path (`domain`, `tools/bench`); the longest one that a file lies under is its layer. */
function layerOf(file, layers) {
  return layers.filter(({ name }) => file.startsWith(`${name}/`)).sort((a, b) => b.name.length - a.name.length)[0];
}

function matches(specifier, pattern) {
  if (pattern.endsWith('*')) return specifier.startsWith(pattern.slice(0, -1));
  return specifier === pattern || specifier.startsWith(`${pattern}/`);
}

/** The imports that the configuration does not allow, each with the reason in a few words. */
export function forbiddenImports({ imports, packages }, { layers }) {
  const ours = imports.flatMap((edge) => {
    const [from, to] = [layerOf(edge.from, layers), layerOf(edge.to, layers)];
    if (from === undefined || from === to) return [];
    if (to !== undefined && from.imports.includes(to.name)) return [];
    return [{ ...edge, why: `${from.name} may import ${listed(from.imports)}` }];
  });
  const theirs = packages.flatMap((edge) => {
    const from = layerOf(edge.from, layers);
    if (from?.packages === undefined || from.packages.some((pattern) => matches(edge.to, pattern))) return [];
    return [{ ...edge, why: `of packages, ${from.name} may import ${listed(from.packages)}` }];
  });
  return [...ours, ...theirs];
}

/** The files that lie in no layer, so that no rule would hold for them. */
export function filesWithoutLayer(files, { layers }) {
  return files.filter((file) => layerOf(file, layers) === undefined);
}

/** The layers that hold no file, such as one whose folder was renamed. */
export function layersWithoutFiles(files, { layers }) {
  return layers.map(({ name }) => name).filter((name) => !files.some((file) => layerOf(file, layers)?.name === name));
}

function listed(names) {
  return names.length === 0 ? 'nothing' : names.join(', ');
}
