import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { connect } from '../../db/postgres/connect.ts';
import { migrate } from '../../db/postgres/migrate.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { freePort } from '../../dev/free-port.ts';
import { startPostgres } from '../../dev/postgres-server.ts';
import { projectDir } from '../../runtime/project-dir.ts';

const DEFAULT_ROWS = '1000000';
/** The last migration of the version before: its database is what an upgrade finds. */
const VERSION_BEFORE = '0014_webhook_secrets.sql';
const ROWS_OF_ENTITLEMENT = 100;
const PROBE_EVERY_MS = 5;

interface Measured {
  readonly name: string;
  readonly ms: number;
  readonly longestWriteMs: number;
  readonly longestReadMs: number;
}

/**
 * Measures how long each migration after the version before keeps writers and readers of the ledger waiting, on a
 * ledger of so many rows.
 */
async function run({ rows }: { rows: string }): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'allot-drill-'));
  const server = await startPostgres({
    dataDir: join(dir, 'postgres'),
    port: await freePort(),
    logFile: join(dir, 'postgres.log'),
  });
  const sql = connect(server.databaseUrl, { max: 4, purpose: 'migrating' });
  try {
    await migrate(server.databaseUrl, { to: VERSION_BEFORE });
    console.log(`The schema of the version before; filling in ${rows} ledger rows`);
    await fill(sql, Number(rows));
    const later = (await readdir(join(projectDir, 'db', 'migrations')))
      .filter((name) => name.endsWith('.sql') && name > VERSION_BEFORE)
      .sort();
    const measured: Measured[] = [];
    for (const name of later) {
      measured.push(await measure(sql, server.databaseUrl, name));
      console.log(lineOf(measured.at(-1)));
    }
    console.log(`\n| migration | takes | a writer waits | a reader waits |\n| --- | --- | --- | --- |`);
    for (const each of measured) console.log(lineOf(each));
  } finally {
    await sql.end({ timeout: 5 });
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

const lineOf = (each: Measured | undefined): string =>
  each === undefined
    ? ''
    : `| ${each.name} | ${shown(each.ms)} | ${shown(each.longestWriteMs)} | ${shown(each.longestReadMs)} |`;

const shown = (ms: number): string => `${Math.round(ms).toLocaleString('en')} ms`;

/** Attaches and resolves in turn, with a case each, as the columns of the version before hold them. */
async function fill(sql: Sql, rows: number): Promise<void> {
  await sql`
    insert into ledger (entitlement_id, seq, kind, at, key, fingerprint, by, case_id, channel, change, held_change,
      open_change, remaining_after, case_after, overage)
    select 'ent_' || (n / ${ROWS_OF_ENTITLEMENT}), n % ${ROWS_OF_ENTITLEMENT} + 1,
      case when n % 2 = 0 then 'attached' else 'resolved' end, now() - make_interval(secs => n), 'key-' || n, 'print', 'drill',
      'case-' || (n / 2), 'email', case when n % 2 = 0 then -1 else 0 end, 0, 0, 100,
      jsonb_build_object('caseId', 'case-' || (n / 2), 'customerId', 'customer', 'status', 'active', 'minutes', 0), 0
    from generate_series(0, ${rows - 1}) n`;
  await sql`
    insert into entitlements (id, name, customer_id, status, start_date, end_date, seq, generation, deleted, created_at,
      updated_at, state)
    select 'ent_' || n, 'Drill', 'customer-' || n, 'active', '2026-01-01', '2026-12-31', ${ROWS_OF_ENTITLEMENT}, 1, false,
      now(), now(), '{"details": {}}'
    from generate_series(0, ${Math.floor(rows / ROWS_OF_ENTITLEMENT)}) n`;
  await sql`
    insert into cases (id, customer_id, channel, status, minutes, decrement_entitlement_term, entitlement_id,
      entitlement_seq, reason, created_at, updated_at)
    select 'case-' || n, 'customer', 'email', 'active', 0, true, 'ent_' || (n / 50), 1, 'named', now(), now()
    from generate_series(0, ${Math.floor(rows / 2)}) n`;
  await sql`analyze`;
}

async function measure(sql: Sql, databaseUrl: string, name: string): Promise<Measured> {
  const probes = new Probes(sql);
  const startedAt = performance.now();
  await migrate(databaseUrl, { to: name });
  const ms = performance.now() - startedAt;
  return { name, ms, ...(await probes.end()) };
}

/** A writer and a reader of the ledger, of entitlements and of cases, one statement after the other. */
class Probes {
  private readonly sql: Sql;
  private isOver = false;
  private longestWriteMs = 0;
  private longestReadMs = 0;
  private readonly running: Promise<unknown>;

  constructor(sql: Sql) {
    this.sql = sql;
    this.running = Promise.all([this.write(), this.read()]);
  }

  async end(): Promise<{ longestWriteMs: number; longestReadMs: number }> {
    this.isOver = true;
    await this.running;
    return { longestWriteMs: this.longestWriteMs, longestReadMs: this.longestReadMs };
  }

  private async write(): Promise<void> {
    while (!this.isOver) {
      const startedAt = performance.now();
      const id = `probe-${Math.random()}`;
      await this.sql`
        insert into ledger (entitlement_id, seq, kind, at, by, change, held_change, open_change, overage)
        values (${id}, 1, 'created', now(), 'drill', 0, 0, 0, 0)`;
      await this.sql`update entitlements set updated_at = now() where id = 'ent_1'`;
      await this.sql`update cases set updated_at = now() where id = 'case-1'`;
      this.longestWriteMs = Math.max(this.longestWriteMs, performance.now() - startedAt);
      await sleep(PROBE_EVERY_MS);
    }
  }

  private async read(): Promise<void> {
    while (!this.isOver) {
      const startedAt = performance.now();
      await this.sql`select seq, kind, change from ledger where entitlement_id = 'ent_1' order by seq`;
      await this.sql`select id, status from cases where id = 'case-1'`;
      this.longestReadMs = Math.max(this.longestReadMs, performance.now() - startedAt);
      await sleep(PROBE_EVERY_MS);
    }
  }
}

await new Command('node dist/tools/drills/migrations.js')
  .description('Measures how long migrations keep writers and readers waiting, on a large ledger.')
  .option('--rows <n>', 'ledger rows', DEFAULT_ROWS)
  .action(run)
  .parseAsync();
