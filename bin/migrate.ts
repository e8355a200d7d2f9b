// `node dist/bin/migrate.js`: the migrations alone, for a deployment's own step before its workers and APIs start.
import { migrate } from '../db/postgres/migrate.ts';
import { readSettings } from '../runtime/settings.ts';

const { applied } = await migrate(readSettings().databaseUrl);
console.log(applied.length === 0 ? 'The schema is up to date.' : `Applied: ${applied.join(', ')}`);
