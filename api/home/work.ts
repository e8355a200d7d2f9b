import type { z } from 'zod';
import { countFailing, type Delivery, listDeliveries } from '../../db/deliveries/deliveries.ts';
import { type CaseWithoutRow, countCasesWithout, listCasesWithout } from '../../db/home/cases-without.ts';
import { type Figure, readFigures } from '../../db/home/figures.ts';
import { listRunningOut } from '../../db/home/running-out.ts';
import { type AtRisk, listAtRisk } from '../../db/home/service-levels-at-risk.ts';
import type { Listed, ListPage } from '../../db/postgres/keyset.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { countExpiring, listExpiring } from '../../db/reports/expiring.ts';
import { listOverrides, totalOverrides } from '../../db/reports/overrides.ts';
import { countReportedRenewals, listReportedRenewals } from '../../db/reports/renewals.ts';
import type { AccessScope } from '../../domain/access/access-scope.ts';
import type { Role } from '../../domain/access/roles.ts';
import { hasWorkList, type WorkListName } from '../../domain/access/work-lists.ts';
import { statusAt } from '../../domain/slas/clock-risk.ts';
import { type DeliveryView, deliveryView } from '../deliveries/view.ts';
import { iso } from '../http/instants.ts';
import type { expiringRow, nearDepletionRow, renewalsRow } from '../reports/entitlement-report-answers.ts';
import { expiringRowOf } from '../reports/expiring.ts';
import { nearDepletionRows } from '../reports/near-depletion.ts';
import { overridesRowOf } from '../reports/overrides.ts';
import { renewalsRowOf } from '../reports/renewals.ts';
import type { overridesRow } from '../reports/use-report-answers.ts';

/** The most rows of a work list. */
export const ROWS_SHOWN = 10;

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** How far ahead ends are listed, and how far back ends that lost their successor. */
const ENDING_DAYS = 30;
const OVERRIDE_DAYS = 7;
const FAILING_DAYS = 30;

interface WorkList<Row> {
  /** The number of all rows. */
  readonly total: number;
  /** The most urgent ones, at most `ROWS_SHOWN`. */
  readonly rows: readonly Row[];
}

/** A service level at risk. Whole minutes until it is due, rounded down; negative once it is overdue. */
export type AtRiskRow = AtRisk & { readonly minutesLeft: number };

/** The home page of one caller. A list is null where the role has no use for it, or no right to it. */
export interface Work {
  readonly asOf: string;
  readonly figures: readonly Figure[];
  readonly serviceLevelsAtRisk: WorkList<AtRiskRow> | null;
  readonly renewalsToDecide: WorkList<z.infer<typeof renewalsRow>> | null;
  readonly runningOut: WorkList<z.infer<typeof nearDepletionRow>> | null;
  readonly endingSoon: WorkList<z.infer<typeof expiringRow>> | null;
  readonly casesWithoutEntitlement: WorkList<CaseWithoutRow> | null;
  readonly overrides: WorkList<z.infer<typeof overridesRow>> | null;
  readonly failingDeliveries: WorkList<DeliveryView> | null;
}

/** Whose work is asked for, and when (epoch milliseconds). */
interface Asked {
  readonly role: Role;
  readonly accessScope: AccessScope;
  readonly now: number;
}

/** Reads the home page of a caller. */
export async function readWork(sql: Sql, { role, accessScope, now }: Asked): Promise<Work> {
  const home = new Home(sql, accessScope, now);
  const ifUseful = <Row>(name: WorkListName, read: () => Promise<WorkList<Row>>) =>
    hasWorkList(role, name) ? read() : null;
  const [
    figures,
    serviceLevelsAtRisk,
    renewalsToDecide,
    runningOut,
    endingSoon,
    casesWithoutEntitlement,
    overrides,
    failingDeliveries,
  ] = await Promise.all([
    readFigures(sql, accessScope, now),
    ifUseful('serviceLevelsAtRisk', () => home.serviceLevelsAtRisk()),
    ifUseful('renewalsToDecide', () => home.renewalsToDecide()),
    ifUseful('runningOut', () => home.runningOut()),
    ifUseful('endingSoon', () => home.endingSoon()),
    ifUseful('casesWithoutEntitlement', () => home.casesWithoutEntitlement()),
    ifUseful('overrides', () => home.overrides()),
    ifUseful('failingDeliveries', () => home.failingDeliveries()),
  ]);
  return {
    asOf: iso(now),
    figures,
    serviceLevelsAtRisk,
    renewalsToDecide,
    runningOut,
    endingSoon,
    casesWithoutEntitlement,
    overrides,
    failingDeliveries,
  };
}

/** The work lists within an access scope, as of an instant. */
class Home {
  readonly #sql: Sql;
  readonly #accessScope: AccessScope;
  readonly #now: number;

  constructor(sql: Sql, accessScope: AccessScope, now: number) {
    this.#sql = sql;
    this.#accessScope = accessScope;
    this.#now = now;
  }

  #inDays(days: number): Date {
    return new Date(this.#now + days * DAY_MS);
  }

  async serviceLevelsAtRisk(): Promise<NonNullable<Work['serviceLevelsAtRisk']>> {
    const { total, rows } = await listAtRisk(this.#sql, this.#accessScope, { now: this.#now, limit: ROWS_SHOWN });
    return { total, rows: rows.map((row) => atRiskRowOf(row, this.#now)) };
  }

  renewalsToDecide(): Promise<NonNullable<Work['renewalsToDecide']>> {
    const filter = { waiting: true };
    return whole(
      listReportedRenewals(this.#sql, firstPage('endDate'), filter, this.#accessScope),
      () => countReportedRenewals(this.#sql, filter, this.#accessScope),
      (row) => renewalsRowOf(row, this.#now),
    );
  }

  async runningOut(): Promise<NonNullable<Work['runningOut']>> {
    const { total, rows } = await listRunningOut(this.#sql, this.#accessScope, { now: this.#now, limit: ROWS_SHOWN });
    return { total, rows: await nearDepletionRows(this.#sql, rows, this.#now) };
  }

  endingSoon(): Promise<NonNullable<Work['endingSoon']>> {
    const filter = { endsBefore: this.#inDays(ENDING_DAYS), openSince: this.#inDays(-ENDING_DAYS), renewed: false };
    return whole(
      listExpiring(this.#sql, firstPage('endDate'), filter, this.#accessScope),
      () => countExpiring(this.#sql, filter, this.#accessScope),
      (row) => expiringRowOf(row, this.#now),
    );
  }

  casesWithoutEntitlement(): Promise<NonNullable<Work['casesWithoutEntitlement']>> {
    return whole(
      listCasesWithout(this.#sql, this.#accessScope, ROWS_SHOWN),
      () => countCasesWithout(this.#sql, this.#accessScope),
      (row) => row,
    );
  }

  overrides(): Promise<NonNullable<Work['overrides']>> {
    // Up to the day after, because the clock of the worker that wrote a row may be ahead.
    const span = { since: this.#inDays(-OVERRIDE_DAYS), until: this.#inDays(1) };
    const filter = { span, onlyOverrides: true };
    return whole(
      listOverrides(this.#sql, firstPage('when', true), filter, this.#accessScope),
      async () => {
        const totals = await totalOverrides(this.#sql, filter, this.#accessScope);
        return totals.reduce((sum, { rows }) => sum + rows, 0);
      },
      overridesRowOf,
    );
  }

  async failingDeliveries(): Promise<NonNullable<Work['failingDeliveries']>> {
    const failingSince = this.#inDays(-FAILING_DAYS);
    const [rows, total] = await Promise.all([
      listDeliveries(this.#sql, { limit: ROWS_SHOWN, after: null }, { failingSince }),
      countFailing(this.#sql, failingSince),
    ]);
    return { total, rows: rows.map((row: Delivery) => deliveryView(row)) };
  }
}

function atRiskRowOf(row: AtRisk, now: number): AtRiskRow {
  const dueAt = row.dueAt.getTime();
  return { ...row, status: statusAt({ ...row, dueAt }, now), minutesLeft: Math.floor((dueAt - now) / MINUTE_MS) };
}

const firstPage = <By extends string>(by: By, descending = false): ListPage<By> => ({
  limit: ROWS_SHOWN,
  by,
  descending,
  after: null,
});

/** The first page of a list as a work list. The rows are counted only if there are more than the page has. */
async function whole<Row, View>(
  reading: Promise<Listed<Row>>,
  count: () => Promise<number>,
  view: (row: Row) => View,
): Promise<WorkList<View>> {
  const { rows, next } = await reading;
  return { total: next === null ? rows.length : await count(), rows: rows.map((row) => view(row)) };
}
