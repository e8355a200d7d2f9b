import type { PickSettings } from '../../domain/cases/picking.ts';
import { batched } from '../postgres/batcher.ts';
import { jsonParameter } from '../postgres/connect.ts';
import type { Fragment, Sql } from '../postgres/sql.ts';

/** The records that a case names. */
export interface NamedQuestion {
  readonly customerId: string;
  readonly contactId: string | null;
  readonly productId: string | null;
  readonly channel: string | null;
}

/** Whether they exist, and how the organisation picks entitlements. */
export interface NamedRecords {
  readonly customerExists: boolean;
  /** The customer of the named contact. */
  readonly contactOf: string | null;
  readonly productExists: boolean;
  /** The named channel is in the organisation's list. */
  readonly channelListed: boolean;
  readonly settings: PickSettings;
}

const STATEMENTS_IN_FLIGHT = 2;
const MAX_QUESTIONS_PER_STATEMENT = 200;
const QUESTIONS_WORTH_A_STATEMENT = 50;

/** Answers the question; rejects with the driver's error. */
export type ReadNamed = (question: NamedQuestion) => Promise<NamedRecords>;

/** Reads what a case names, without the case itself. All questions of one moment are read by one statement. */
export function createNamedRecords(sql: Sql): ReadNamed {
  return batched<NamedQuestion, NamedRecords>((questions) => readNamed(sql, questions), {
    name: 'named_records',
    inFlight: STATEMENTS_IN_FLIGHT,
    maxItems: MAX_QUESTIONS_PER_STATEMENT,
    overlapFrom: QUESTIONS_WORTH_A_STATEMENT,
    weight: () => 1,
  });
}

/** SQL: what there is of the records that a question `q` names, with `namedJoins` and the settings as `s`. */
export const namedColumns = (sql: Sql): Fragment => sql`
  cu.id is not null as "customerExists", co.customer_id as "contactOf", p.id is not null as "productExists",
  q.channel = any(s.channels) as "channelListed"`;

/** SQL: joins the records that a question `q` names. */
export const namedJoins = (sql: Sql): Fragment => sql`
  left join customers cu on cu.id = q."customerId"
  left join contacts co on co.id = q."contactId"
  left join products p on p.id = q."productId"`;

interface Row extends Omit<NamedRecords, 'settings'>, PickSettings {}

async function readNamed(sql: Sql, questions: readonly NamedQuestion[]): Promise<readonly NamedRecords[]> {
  const rows = await sql<Row[]>`
    select ${namedColumns(sql)}, s.matching,
      s.auto_apply_default_on_case_create as "autoApplyDefaultOnCaseCreate",
      s.auto_apply_default_on_case_update as "autoApplyDefaultOnCaseUpdate"
    from jsonb_to_recordset(${jsonParameter(
      sql,
      questions.map((question, n) => ({ n, ...question })),
    )}) as q ("customerId" text, "contactId" text, "productId" text, channel text, n int)
    cross join settings s
    ${namedJoins(sql)}
    order by n`;
  return rows.map(({ customerExists, contactOf, productExists, channelListed, ...settings }) => ({
    customerExists,
    contactOf,
    productExists,
    channelListed,
    settings,
  }));
}
