import { isStorable } from '../../domain/input-limits.ts';

/**
 * Where a page ended, in texts: the id of the last record, or a sort with the record's value of it and its id. Callers
 * pass a cursor back without reading it. Only this file knows its form, in base64url: one text as it is, several as a
 * JSON list. APIs of older versions read both, so a caller can turn pages while APIs are replaced.
 */
export const writeCursor = (first: string, ...more: readonly string[]): string =>
  encoded(isPlain(first, more) ? first : JSON.stringify([first, ...more]));

/** Whether a place is one text that nobody takes for a list. */
const isPlain = (first: string, more: readonly string[]): boolean =>
  more.length === 0 && first !== '' && listIn(first) === undefined;

/**
 * The texts of a cursor; undefined for a text that `writeCursor` does not make, or whose texts PostgreSQL cannot store.
 */
export function readCursor(cursor: string): readonly string[] | undefined {
  const text = Buffer.from(cursor, 'base64url').toString();
  const place = listIn(text) ?? [text];
  const [first, ...more] = place;
  const isWritten = text !== '' && first !== undefined && writeCursor(first, ...more) === cursor;
  return isWritten && place.every(isStorable) ? place : undefined;
}

const encoded = (text: string): string => Buffer.from(text).toString('base64url');

function listIn(text: string): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isList = Array.isArray(value) && value.every((each) => typeof each === 'string');
    return isList ? value : undefined;
  } catch {
    return undefined;
  }
}
