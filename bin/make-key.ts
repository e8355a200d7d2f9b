// `node dist/bin/make-key.js NAME [ROLE [EMAIL]]`: makes the first key of a deployment and prints it, once, on stdout.
import { apiKeyBody } from '../api/access/api-key-schemas.ts';
import { newKey } from '../db/access/new-key.ts';
import { connect } from '../db/postgres/connect.ts';
import { ROLES } from '../domain/access/roles.ts';

function fail(...lines: readonly string[]): never {
  for (const line of lines) console.error(line);
  process.exit(2);
}

const USAGE = `Usage: make-key NAME [ROLE [EMAIL]], where ROLE is one of ${ROLES.join(', ')}`;

const [name, role = 'system_administrator', email] = process.argv.slice(2);
const read = apiKeyBody.safeParse({ name, role, email });
if (!read.success) fail(...read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`), USAGE);
const { DATABASE_URL: databaseUrl } = process.env;
if (!databaseUrl)
  fail('DATABASE_URL is not set. Beside a running `npm start`, `npm run make-key -- NAME` finds its database.');
const sql = connect(databaseUrl, { max: 1 });
try {
  console.log(await newKey(sql, { ...read.data, email: read.data.email ?? null }, 'make-key'));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await sql.end();
}
