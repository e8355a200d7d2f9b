import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createApiKey, isApiKeyValid } from '../db/api-keys.ts';
import { connect } from '../db/connect.ts';
import { dataDir } from './settings.ts';

/** Where `npm run replay` and its like find the key. */
export const devKeyFile = join(dataDir, 'dev-key');

/** The development key: the kept one while the database knows it, else a new one. */
export async function developmentKey(databaseUrl: string): Promise<{ key: string; isNew: boolean }> {
  const sql = connect(databaseUrl, { max: 1 });
  try {
    const kept = (await readFile(devKeyFile, 'utf8').catch(() => '')).trim();
    if (kept !== '' && (await isApiKeyValid(sql, kept))) return { key: kept, isNew: false };
    const { key } = await createApiKey(sql, { name: 'development', role: 'system_administrator' });
    await writeFile(devKeyFile, `${key}\n`, { mode: 0o600 });
    // The mode above holds only for a new file.
    await chmod(devKeyFile, 0o600);
    return { key, isNew: true };
  } finally {
    await sql.end();
  }
}
