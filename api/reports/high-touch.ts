import { z } from 'zod';
import { HIGH_TOUCH_SORTS, type HighTouch, listHighTouch } from '../../db/reports/high-touch.ts';
import type { Endpoint, Services } from '../http/endpoint.ts';
import { listPageOf } from '../http/list-page.ts';
import { pathWith } from '../http/path-with.ts';
import { text } from '../http/schemas.ts';
import { reportEndpoint, reportFields } from './report.ts';
import { type AskedSpan, spanFields, spanOf, spanView } from './span.ts';
import { highTouchAnswer } from './use-report-answers.ts';

const query = z.strictObject({
  ...spanFields,
  tier: text(40).optional().meta({ description: 'The tier of the customer' }),
  ...reportFields(HIGH_TOUCH_SORTS, '-cases'),
});

const METHOD =
  "Cases are those attached to the customer's entitlements in the span; a case that moved counts where it was " +
  'attached first. Minutes are the latest minutes of these cases. The share is of the cases of all customers in the' +
  ' report.';

type Answer = z.infer<typeof highTouchAnswer>;
type Row = Answer['items'][number];

export const highTouchReport = ({ sql }: Services): Endpoint =>
  reportEndpoint<typeof query, Answer>({
    name: 'high-touch',
    summary: 'Lists customers by the number of their cases; `limit` is the number of customers',
    query,
    answer: highTouchAnswer,
    columns: COLUMNS,
    read: async ({ query: asked, accessScope, now }) => {
      const span = spanOf(asked, now);
      const { rows, next } = await listHighTouch(
        sql,
        listPageOf(HIGH_TOUCH_SORTS, asked),
        { ...asked, span },
        accessScope,
      );
      const head = { ...spanView(span), casesOfAll: rows[0]?.casesOfAll ?? 0, method: METHOD };
      return { head, listed: { rows: rows.map((row) => rowOf(row, span)), next } };
    },
  });

const SHARE_PLACES = 10_000;

const rowOf = (row: HighTouch, span: AskedSpan): Row => ({
  customerId: row.customerId,
  name: row.name,
  tier: row.tier,
  accountManager:
    row.accountManagerName === null || row.accountManagerEmail === null
      ? null
      : { name: row.accountManagerName, email: row.accountManagerEmail },
  cases: row.cases,
  shareOfCases: Math.round((row.cases / row.casesOfAll) * SHARE_PLACES) / SHARE_PLACES,
  minutes: row.minutes,
  links: {
    entitlements: pathWith('/v1/reports/utilisation', {
      by: 'entitlement',
      ...spanView(span),
      customerId: row.customerId,
      sort: '-cases',
    }),
  },
});

const COLUMNS = {
  customerId: (row: Row) => row.customerId,
  name: (row: Row) => row.name,
  tier: (row: Row) => row.tier,
  accountManagerName: (row: Row) => row.accountManager?.name ?? null,
  accountManagerEmail: (row: Row) => row.accountManager?.email ?? null,
  cases: (row: Row) => row.cases,
  shareOfCases: (row: Row) => row.shareOfCases,
  minutes: (row: Row) => row.minutes,
};
