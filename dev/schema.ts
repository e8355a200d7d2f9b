// `npm run schema`: writes db/schema.sql, the schema that the migrations make.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { connect } from '../db/postgres/connect.ts';
import { migrate } from '../db/postgres/migrate.ts';
import { schemaText } from '../db/postgres/schema-text.ts';
import { projectDir } from '../runtime/project-dir.ts';
import { freePort } from './free-port.ts';
import { startPostgres } from './postgres-server.ts';

const FILE = join('db', 'schema.sql');

async function run(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'allot-schema-'));
  const server = await startPostgres({
    dataDir: join(dir, 'postgres'),
    port: await freePort(),
    logFile: join(dir, 'postgres.log'),
  });
  try {
    await migrate(server.databaseUrl);
    const sql = connect(server.databaseUrl, { max: 1 });
    await writeFile(join(projectDir, FILE), await schemaText(sql));
    await sql.end();
    console.log(`${FILE} is written.`);
  } finally {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

await new Command('npm run schema --')
  .description(`Writes ${FILE}, the schema that the migrations make.`)
  .action(run)
  .parseAsync();
