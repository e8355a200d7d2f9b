// Finds circles in a graph of imports.

/**
 * The groups of nodes that reach each other (Tarjan's strongly connected components), each group once, the largest first.
 * A node that imports itself is a group of one.
 */
export function circles(imports) {
  const targets = new Map();
  for (const { from, to } of imports) {
    targets.set(from, [...(targets.get(from) ?? []), to]);
    if (!targets.has(to)) targets.set(to, []);
  }
  return components(targets)
    .filter((group) => group.length > 1 || targets.get(group[0]).includes(group[0]))
    .map((group) => group.sort())
    .sort((a, b) => b.length - a.length || (a[0] < b[0] ? -1 : 1));
}

function components(targets) {
  const index = new Map();
  const low = new Map();
  const stack = [];
  const waiting = new Set();
  const found = [];

  function visit(node) {
    index.set(node, index.size);
    low.set(node, index.get(node));
    stack.push(node);
    waiting.add(node);
    for (const next of targets.get(node)) {
      if (!index.has(next)) visit(next);
      if (waiting.has(next)) low.set(node, Math.min(low.get(node), low.get(next)));
    }
    if (low.get(node) !== index.get(node)) return;
    const group = stack.splice(stack.indexOf(node));
    for (const member of group) waiting.delete(member);
    found.push(group);
  }

  for (const node of targets.keys()) if (!index.has(node)) visit(node);
  return found;
}

/** A shortest way round inside a group: its first and its last node are the same. */
export function shortestRound(group, imports) {
  const inside = imports.filter(({ from, to }) => group.includes(from) && group.includes(to));
  const rounds = group.map((start) => roundFrom(start, inside)).filter((round) => round !== undefined);
  return rounds.sort((a, b) => a.length - b.length)[0];
}

function roundFrom(start, imports) {
  const ways = [[start]];
  const seen = new Set();
  for (const way of ways) {
    for (const { from, to } of imports) {
      if (from !== way.at(-1)) continue;
      if (to === start) return [...way, start];
      if (seen.has(to)) continue;
      seen.add(to);
      ways.push([...way, to]);
    }
  }
  return undefined;
}
