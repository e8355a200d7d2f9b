import { noteDeadline } from '../../runtime/telemetry/deadlines.ts';
import { endSpan, openStatementSpan, tracesAreOn } from '../../runtime/telemetry/traces.ts';
import { statements, statementsUnderWay } from './database-metrics.ts';
import type { Sql } from './sql.ts';
import { statementName } from './statement-name.ts';

/** PostgreSQL's code of a statement that it canceled, here because it took too long. */
const CANCELED = '57014';

/** A statement as the driver makes it (postgres 3.4.9). It is sent when somebody waits for it, and not before. */
interface Statement extends Promise<unknown> {
  executed: boolean;
  /** Set where rows are read in parts: such a statement is not settled by its promise. */
  cursorRows?: number;
  handle(): Promise<void>;
}

/** The same client, whose statements are counted, timed and traced. Parts of statements are left as they are. */
export const observed = (sql: Sql): Sql =>
  new Proxy(sql, {
    apply(target, self, args: unknown[]) {
      const made: unknown = Reflect.apply(target, self, args);
      const [text] = args;
      if (isTemplate(text)) observe(made as Statement, text);
      return made;
    },
  });

const isTemplate = (value: unknown): value is TemplateStringsArray => Array.isArray(value) && 'raw' in value;

function observe(statement: Statement, text: TemplateStringsArray): void {
  const send = statement.handle;
  statement.handle = function handle(this: Statement) {
    if (!this.executed && this.cursorRows === undefined) begin(this, text);
    return send.call(this);
  };
}

function begin(statement: Statement, text: TemplateStringsArray): void {
  const name = statementName(text);
  const span = tracesAreOn() ? openStatementSpan(name) : undefined;
  const since = performance.now();
  statementsUnderWay.inc();
  const end = (error?: unknown) => {
    statementsUnderWay.dec();
    statements.observe({ outcome: error === undefined ? 'ok' : 'error' }, (performance.now() - since) / 1_000);
    if (span !== undefined) endSpan(span, error);
    if (error instanceof Error && 'code' in error && error.code === CANCELED) noteDeadline('statement');
  };
  // Waiting for the statement by its own `then` would send it.
  Promise.prototype.then.call(
    statement,
    () => end(),
    (error: unknown) => end(error ?? 'unknown'),
  );
}
