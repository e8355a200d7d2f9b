// What docker-compose.yml needs of psql, which does not come with the embedded PostgreSQL: `--username`, `--set NAME=VALUE`,
// and statements on stdin with `:'NAME'` in them, one a line. Where the server is, PGHOST, PGPORT and PGPASSWORD say.
import { text } from 'node:stream/consumers';
import postgres from 'postgres';

const [, , ...args] = process.argv;
const options = args.flatMap((arg, index) => (arg.startsWith('--') ? [[arg, args[index + 1] ?? '']] : []));
const username = options.find(([name]) => name === '--username')?.[1];
const values = new Map(
  options
    .filter(([name]) => name === '--set')
    .map(([, set]) => [set.split('=', 1)[0], set.slice(set.indexOf('=') + 1)]),
);

const literal = (value) => `'${value.replaceAll("'", "''")}'`;
const filled = (statement) =>
  statement.replace(/:'(\w+)'/g, (_all, name) => {
    if (!values.has(name)) throw new Error(`psql: ${name} is not set`);
    return literal(values.get(name));
  });

const sql = postgres({ username, database: 'postgres', max: 1, onnotice: () => undefined });
try {
  for (const line of (await text(process.stdin)).split('\n').filter((each) => each.trim() !== ''))
    await sql.unsafe(filled(line));
} finally {
  await sql.end();
}
