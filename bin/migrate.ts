// `node dist/bin/migrate.js`: runs the migrations and ends. A deployment runs it before its workers and APIs start.
import { migrate } from '../db/postgres/migrate.ts';
import { readSettings } from '../runtime/settings.ts';

const { applied } = await migrate(readSettings().databaseUrl, { onWait: (line) => console.log(line) });
console.log(applied.length === 0 ? 'The schema is up to date.' : `Applied: ${applied.join(', ')}`);
