// `node dist/bin/make-key.js NAME [ROLE [EMAIL]]`: makes the first key of a deployment and prints it, once, on stdout.
import { Command, CommanderError } from 'commander';
import { apiKeyBody } from '../api/access/api-key-schemas.ts';
import { fieldErrors } from '../api/http/field-errors.ts';
import { newKey } from '../db/access/new-key.ts';
import { connect } from '../db/postgres/connect.ts';
import { ROLES } from '../domain/access/roles.ts';

const FAILED = 1;
const WRONG_USAGE = 2;

/** What the caller typed is wrong: nothing was made. */
class WrongUsage extends Error {}

async function run(name: string, role: string, email?: string): Promise<void> {
  const holder = holderFrom(name, role, email);
  const { DATABASE_URL: databaseUrl } = process.env;
  if (!databaseUrl)
    throw new WrongUsage(
      'DATABASE_URL is not set. Beside a running `npm start`, `npm run make-key -- NAME` finds its database.',
    );
  const sql = connect(databaseUrl, { max: 1 });
  try {
    console.log(await newKey(sql, holder, 'make-key'));
  } finally {
    await sql.end();
  }
}

function holderFrom(name: string, role: string, email?: string) {
  if (name.startsWith('-'))
    throw new WrongUsage('name: must not begin with "-", as it may be an option that was misspelled');
  const read = apiKeyBody.safeParse({ name, role, email });
  if (!read.success)
    throw new WrongUsage(
      fieldErrors(read.error)
        .map(({ field, message }) => `${field}: ${message}`)
        .join('\n'),
    );
  return { name: read.data.name, role: read.data.role, email: read.data.email ?? null };
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
  return error instanceof WrongUsage ? WRONG_USAGE : FAILED;
}

const command = new Command('npm run make-key --')
  .description('Makes an API key in the database and prints it on stdout, this once. Only its SHA-256 is stored.')
  .argument('<name>', 'the name of the holder in ledger and audit')
  .argument('[role]', `one of ${ROLES.join(', ')}`, 'system_administrator')
  .argument('[email]', 'the address that customers name; an account_manager needs it')
  .exitOverride()
  .showHelpAfterError()
  .action(run);

try {
  await command.parseAsync();
} catch (error) {
  // Commander has already printed what is wrong with the command itself.
  if (!(error instanceof CommanderError)) console.error(error instanceof Error ? error.message : error);
  process.exitCode = exitCodeOf(error);
}
