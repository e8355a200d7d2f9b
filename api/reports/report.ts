import { z } from 'zod';
import type { Listed, Sorts } from '../../db/postgres/keyset.ts';
import type { AccessScope } from '../../domain/access/access-scope.ts';
import { PERMISSIONS } from '../../domain/access/roles.ts';
import { type Columns, csvOf } from '../http/csv.ts';
import { asksForCsv, formatField, linkToNext, ROWS_IN_CSV, sendCsv } from '../http/csv-answer.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { accessScopeOf } from '../http/identity.ts';
import { iso } from '../http/instants.ts';
import { cursorOf, pageFields, type SortName } from '../http/list-page.ts';
import { pathWith } from '../http/path-with.ts';
import { invalidCursor, problem } from '../http/problem.ts';
import { queryOf } from '../http/request.ts';
import { idSchema, text } from '../http/schemas.ts';
import type { ReportFrame } from './report-answers.ts';

/** The default number of rows in one answer for people to read. */
const ROWS_SHOWN = 50;
const MAX_ROWS = 1_000;

/** The query fields of every report. `sort` is the default sort. */
export const reportFields = <By extends string>(sorts: Sorts<By>, sort: NoInfer<SortName<By>>) => ({
  ...pageFields(sorts),
  sort: pageFields(sorts)
    .sort.transform((given): SortName<By> => given ?? sort)
    .meta({ description: `Default: ${sort}. A \`-\` before the name sorts in descending order` }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_ROWS)
    .optional()
    .meta({ description: `The number of rows. Default: ${ROWS_SHOWN}, or ${ROWS_IN_CSV} as CSV` }),
  format: formatField,
});

/** The query fields that select the entitlements of a report. */
export const scopeFields = {
  customerId: idSchema.optional(),
  tier: text(40).optional(),
  owner: text(200).optional(),
};

/** Whether only records without a tier are asked for. Refuses `validation_failed` where a tier is named as well. */
export function asksWithoutTier({
  tier,
  withoutTier,
}: {
  readonly tier?: string | undefined;
  readonly withoutTier?: 'true' | undefined;
}): boolean {
  if (tier !== undefined && withoutTier !== undefined)
    throw problem(
      'validation_failed',
      'tier and withoutTier exclude each other: leave one of them out.',
      'withoutTier',
    );
  return withoutTier === 'true';
}

interface ReportQuery {
  readonly sort: string;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  readonly format?: 'json' | 'csv' | undefined;
}

/** What a report is asked for, by whom and when. */
export interface ReportQuestion<Query> {
  readonly query: Query & { readonly limit: number };
  readonly accessScope: AccessScope;
  readonly now: number;
}

type RowOf<Answer extends ReportFrame> = Answer['items'][number];

/** The head of a report, and the rows of one page. */
interface ReportPage<Answer extends ReportFrame> {
  readonly head: Omit<Answer, keyof ReportFrame>;
  readonly listed: Listed<RowOf<Answer>>;
}

interface Report<Schema extends z.ZodType<ReportQuery>, Answer extends ReportFrame> {
  readonly name: string;
  readonly summary: string;
  readonly query: Schema;
  readonly answer: z.ZodType<Answer>;
  readonly columns: Columns<RowOf<Answer>>;
  /** The kind of rows, where a report has more than one: a cursor of one kind is not valid for another. */
  readonly cursorsOf?: (query: z.infer<Schema>) => string;
  read(asked: ReportQuestion<z.infer<Schema>>): Promise<ReportPage<Answer>>;
}

/** The route of a report. Each report is one call of this function. */
export function reportEndpoint<Schema extends z.ZodType<ReportQuery>, Answer extends ReportFrame>(
  report: Report<Schema, Answer>,
): Endpoint {
  const path = `/v1/reports/${report.name}`;
  return {
    method: 'get',
    path,
    tag: 'Reports',
    summary: report.summary,
    roles: PERMISSIONS.read,
    query: report.query,
    answers: {
      200: {
        means: 'The report as JSON, or as CSV with `?format=csv` or `Accept: text/csv`',
        body: report.answer,
        csv: true,
      },
    },
    handle: async (request, response) => {
      const given = queryOf(request, report.query);
      const list = listOf(report, given);
      const cursor = given.cursor === undefined ? undefined : cursorWithin(list, given.cursor);
      const asCsv = asksForCsv(request, given.format);
      const query = { ...given, cursor, limit: given.limit ?? (asCsv ? ROWS_IN_CSV : ROWS_SHOWN) };
      const now = Date.now();
      const { head, listed } = await report.read({ query, accessScope: accessScopeOf(request), now });
      const nextCursor = listed.next === null ? null : `${list}${cursorOf(query.sort, listed.next)}`;
      response.vary('Accept');
      linkToNext(request, response, nextCursor);
      if (asCsv) sendCsv(response, report.name, csvOf(report.columns, listed.rows));
      else response.json({ asOf: iso(now), ...head, items: listed.rows, nextCursor });
    },
  };
}

/** The prefix of a report's cursors, so that a cursor of one report is not accepted by another. */
const listOf = <Schema extends z.ZodType<ReportQuery>>(
  { name, cursorsOf }: Pick<Report<Schema, ReportFrame>, 'name' | 'cursorsOf'>,
  query: z.infer<Schema>,
): string => `${Buffer.from(`${name} ${cursorsOf?.(query) ?? ''}`.trimEnd()).toString('base64url')}.`;

function cursorWithin(list: string, cursor: string): string {
  if (cursor.startsWith(list)) return cursor.slice(list.length);
  throw invalidCursor();
}

/** The path of an entitlement's ledger, or of those of its rows that a number in a report is made of. */
export const ledgerPath = (id: string, query: Parameters<typeof pathWith>[1] = {}): string =>
  pathWith(`/v1/entitlements/${encodeURIComponent(id)}/ledger`, query);
