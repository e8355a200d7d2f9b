import type { Request, Response } from 'express';
import { z } from 'zod';
import { pathWith } from './path-with.ts';

/** What the lists and reports share that can be had as CSV as well as JSON. */

/** The most rows of CSV in one answer, and the number where the query names none; `Link` leads to the next ones. */
export const ROWS_IN_CSV = 1_000;

export const formatField = z
  .enum(['json', 'csv'])
  .optional()
  .meta({ description: 'Default: what `Accept` asks for; JSON if it accepts both' });

/** Whether the caller wants CSV: by `format`, else by `Accept`. */
export const asksForCsv = (request: Request, format: 'json' | 'csv' | undefined): boolean =>
  format === undefined ? request.accepts(['json', 'text/csv']) === 'text/csv' : format === 'csv';

/** Sends a file of CSV; `name` is the name of the file without its ending. */
export function sendCsv(response: Response, name: string, csv: string): void {
  response
    .type('text/csv; charset=utf-8; header=present')
    .set('Content-Disposition', `attachment; filename="${name}.csv"`)
    .send(csv);
}

/** Says in `Link` where the next page is; nothing on the last page. */
export function linkToNext({ path, query }: Request, response: Response, nextCursor: string | null): void {
  if (nextCursor === null) return;
  const parameters = Object.entries({ ...query, cursor: nextCursor }).map(([name, value]) => [name, String(value)]);
  response.set('Link', `<${pathWith(path, Object.fromEntries(parameters))}>; rel="next"`);
}
