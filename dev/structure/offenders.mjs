// Turns a graph into what `npm run structure` prints: headings with the offenders under them.
import { circles, shortestRound } from './circles.mjs';
import { folderImports } from './graph.mjs';
import { filesWithoutLayer, forbiddenImports, layersWithoutFiles } from './layers.mjs';

const isTest = (file) => file.startsWith('test/');

/** Circles of files are looked for everywhere; folders and layers are those of what is built, without test/. */
export function offendersOf(graph, config) {
  const built = {
    files: graph.files.filter((file) => !isTest(file)),
    imports: graph.imports.filter(({ from, to }) => !isTest(from) && !isTest(to)),
    packages: graph.packages.filter(({ from }) => !isTest(from)),
  };
  const usesOfTests = graph.imports.filter(({ from, to }) => !isTest(from) && isTest(to));
  return [
    { title: 'circles between files', offenders: fileCircles(graph.imports) },
    { title: 'circles between folders', offenders: folderCircles(built.imports) },
    ...(config === undefined ? [] : layerOffenders(built, config)),
    { title: 'imports from test/', offenders: usesOfTests.map(arrow) },
    { title: 'imports that lead nowhere', offenders: graph.unresolved.map(arrow) },
  ];
}

function layerOffenders(built, config) {
  const forbidden = forbiddenImports(built, config).map((edge) => `${arrow(edge)}   (${edge.why})`);
  return [
    { title: 'upward arrows between layers', offenders: forbidden },
    { title: 'files in no layer', offenders: filesWithoutLayer(built.files, config) },
    { title: 'layers without files', offenders: layersWithoutFiles(built.files, config) },
  ];
}

function arrow({ from, to }) {
  return `${from} → ${to}`;
}

function fileCircles(imports) {
  return circles(imports).map((group) => described(group, 'files', shortestRound(group, imports)));
}

// For each step of a circle of folders, one import is named: it is what a person has to move.
function folderCircles(imports) {
  const folders = folderImports(imports);
  return circles(folders).map((group) => {
    const round = shortestRound(group, folders);
    const steps = round.slice(1).map((to, at) => {
      const { files } = folders.find((each) => each.from === round[at] && each.to === to);
      const others = files.length > 1 ? ` and ${files.length - 1} more` : '';
      return `\n      ${arrow(files[0])}${others}`;
    });
    return `${described(group, 'folders', round)}${steps.join('')}`;
  });
}

function described(group, what, round) {
  const way = round.join(' → ');
  if (group.length <= round.length - 1) return way;
  return `${group.length} ${what} reach each other, a shortest circle: ${way}\n      all: ${group.join(', ')}`;
}
