import { isStorable } from '../../domain/input-limits.ts';

/**
 * Where a page ended, in texts: the id of the last record, or a sort with the record's value of it and its id. Callers
 * pass a cursor back without reading it. Only this file knows its form: a JSON list in base64url.
 */
export const writeCursor = (...place: readonly string[]): string => encoded(JSON.stringify(place));

/**
 * The texts of a cursor; undefined for a text that `writeCursor` does not make, or whose texts PostgreSQL cannot store.
 * A cursor of older versions that holds one text without JSON around it is read as well.
 */
export function readCursor(cursor: string): readonly string[] | undefined {
  const text = Buffer.from(cursor, 'base64url').toString();
  const listed = listIn(text);
  const place = listed ?? [text];
  const written = listed === undefined ? encoded(text) : writeCursor(...listed);
  return text !== '' && written === cursor && place.every(isStorable) ? place : undefined;
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
