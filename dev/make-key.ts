// `node dist/dev/make-key.js NAME [ROLE]`: the first key of a deployment, told once, on stdout alone.
import { createApiKey, ROLES } from '../db/api-keys.ts';
import { connect } from '../db/connect.ts';
import { readSettings } from '../runtime/settings.ts';

const [name, wanted = 'system_administrator'] = process.argv.slice(2);
const role = ROLES.find((each) => each === wanted);
if (name === undefined || role === undefined) {
  console.error(`Usage: make-key NAME [ROLE], where ROLE is one of ${ROLES.join(', ')}`);
  process.exit(2);
}
const sql = connect(readSettings().databaseUrl, { max: 1 });
try {
  console.log((await createApiKey(sql, { name, role })).key);
} finally {
  await sql.end();
}
