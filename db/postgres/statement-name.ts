const names = new WeakMap<TemplateStringsArray, string>();
const LONGEST = 3;

/**
 * A short name of a statement: what it does first to which table, such as `insert ledger` or `select cases`. It is made
 * of the constant text in the code alone and never of a value.
 */
export function statementName(text: TemplateStringsArray): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = nameFrom(text.join(' $ '));
  names.set(text, name);
  return name;
}

const WRITES = /\b(insert\s+into|update|delete\s+from)\s+(?:only\s+)?([a-z_]+)/gi;

function nameFrom(text: string): string {
  const writes = [...text.matchAll(WRITES)]
    .filter(([, , table]) => table !== 'set' && table !== 'skip')
    .map(([, verb = '', table = '']) => `${(verb.split(/\s/)[0] ?? '').toLowerCase()} ${table}`);
  if (writes.length > 0) return [...new Set(writes)].slice(0, LONGEST).join(', ');
  const first = (/^\s*([a-z]+)/i.exec(text)?.[1] ?? 'statement').toLowerCase();
  const table = /\bfrom\s+(?:only\s+)?([a-z_]+)\b(?!\s*\()/i.exec(text)?.[1];
  if (first !== 'select' && first !== 'with') return first;
  return table === undefined ? 'select' : `select ${table}`;
}
