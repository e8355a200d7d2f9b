import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Listed, ListPage, Sorts } from '../../db/postgres/keyset.ts';
import { type Columns, csvOf } from './csv.ts';
import { asksForCsv, formatField, linkToNext, ROWS_IN_CSV, sendCsv } from './csv-answer.ts';
import { listAnswer, listPageOf, pageFields, type SortName } from './list-page.ts';
import { problem } from './problem.ts';

/** Lists that can be exported: the same filters and pages, as JSON or as CSV. */

const ROWS_SHOWN = 50;
const MAX_ROWS_SHOWN = 200;

/** The query fields of a list that can be exported. */
export const exportFields = <By extends string>(sorts: Sorts<By>) => ({
  ...pageFields(sorts),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(ROWS_IN_CSV)
    .optional()
    .meta({
      description:
        `The number of records. Default: ${ROWS_SHOWN}, and at most ${MAX_ROWS_SHOWN}; ` +
        `as CSV ${ROWS_IN_CSV}, and at most as many`,
    }),
  format: formatField,
});

interface ExportQuery<By extends string> {
  readonly sort?: SortName<By> | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  readonly format?: 'json' | 'csv' | undefined;
}

interface ExportedList<By extends string, Row, View> {
  /** The name of the file. */
  readonly name: string;
  readonly sorts: Sorts<By>;
  readonly read: (page: ListPage<By>) => Promise<Listed<Row>>;
  readonly view: (row: Row) => View;
  readonly columns: Columns<View>;
}

/**
 * Answers with a page of the list: JSON, or CSV with the next page in `Link`. Refuses `validation_failed` for a cursor
 * of another list, and for more records than one answer holds.
 */
export async function answerList<By extends string, Row, View>(
  request: Request,
  response: Response,
  query: ExportQuery<By>,
  { name, sorts, read, view, columns }: ExportedList<By, Row, View>,
): Promise<void> {
  const asCsv = asksForCsv(request, query.format);
  const limit = query.limit ?? (asCsv ? ROWS_IN_CSV : ROWS_SHOWN);
  if (!asCsv && limit > MAX_ROWS_SHOWN)
    throw problem('validation_failed', `A page of JSON holds at most ${MAX_ROWS_SHOWN} records.`, 'limit');
  const { items, nextCursor } = listAnswer(await read(listPageOf(sorts, { ...query, limit })), query, view);
  response.vary('Accept');
  linkToNext(request, response, nextCursor);
  if (asCsv) sendCsv(response, name, csvOf(columns, items));
  else response.json({ items, nextCursor });
}
