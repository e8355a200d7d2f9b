// `node dist/dev/make-key.js NAME [ROLE]`: the first key of a deployment, told once, on stdout alone.
import { createApiKey, ROLES } from '../db/api-keys.ts';
import { connect } from '../db/connect.ts';
import { findDatabaseUrl } from './running-database.ts';

const [name, wanted = 'system_administrator'] = process.argv.slice(2);
const role = ROLES.find((each) => each === wanted);
if (name === undefined || role === undefined) {
  console.error(`Usage: make-key NAME [ROLE], where ROLE is one of ${ROLES.join(', ')}`);
  process.exit(2);
}
const databaseUrl = await findDatabaseUrl(process.env);
if (databaseUrl === undefined) {
  console.error('There is no database: `npm start` is not running here, and DATABASE_URL is not set.');
  process.exit(2);
}
const sql = connect(databaseUrl, { max: 1 });
try {
  console.log((await createApiKey(sql, { name, role })).key);
  if (role !== 'system_administrator')
    console.error(`The role ${role} is kept with the key and not checked yet: it may do everything.`);
} finally {
  await sql.end();
}
