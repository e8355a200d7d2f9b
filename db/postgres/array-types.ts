/**
 * PostgreSQL's text form of arrays. By default the driver reads the array types on each new connection, by a statement
 * that nobody waits for; when that connection is lost, the error ends the process. So the types in use are listed here.
 */

/** The array types in use, by their numbers in PostgreSQL's catalogue. */
const BOOLEANS = 1000;
const INTEGERS = 1007;
const TEXTS = 1009;
const VARCHARS = 1015;
const BIGINTS = 1016;
const DOUBLES = 1022;

type Item = string | number | boolean | null;

const writeItem = (item: Item): string =>
  item === null ? 'null' : `"${String(item).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** A list of one dimension as an array literal. A text is taken as a literal already. */
export const writeArray = (items: readonly Item[] | string): string =>
  typeof items === 'string' ? items : `{${items.map(writeItem).join(',')}}`;

/** The items of an array literal of one dimension, as texts. */
export function readArray(literal: string): (string | null)[] {
  const items: (string | null)[] = [];
  let at = 1;
  while (at < literal.length - 1) {
    const isQuoted = literal[at] === '"';
    let text = '';
    if (isQuoted) at += 1;
    for (; at < literal.length - 1 || isQuoted; at += 1) {
      const character = literal[at];
      if (character === undefined || (isQuoted ? character === '"' : character === ',')) break;
      if (character === '\\') at += 1;
      text += literal[at];
    }
    items.push(!isQuoted && text === 'NULL' ? null : text);
    // Skip the closing quote, if there is one, and the comma.
    at += isQuoted ? 2 : 1;
  }
  return items;
}

const arrayOf = <Type>(numbers: readonly [number, ...number[]], read: (text: string) => Type) => ({
  to: numbers[0],
  from: [...numbers],
  serialize: writeArray,
  parse: (literal: string): (Type | null)[] => readArray(literal).map((text) => (text === null ? null : read(text))),
});

/** For the driver's option `types`. */
export const arrayTypes = {
  texts: arrayOf([TEXTS, VARCHARS, BIGINTS], (text) => text),
  numbers: arrayOf([INTEGERS, DOUBLES], Number),
  booleans: arrayOf([BOOLEANS], (text) => text === 't'),
};
