import { randomUUID } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findApiKey, findLiveKeyId, rotateApiKey } from '../db/access/api-keys.ts';
import { newAdministratorKey } from '../db/access/new-key.ts';
import { connect } from '../db/postgres/connect.ts';
import type { Sql } from '../db/postgres/sql.ts';
import { isRefused } from '../domain/refusals.ts';
import { dataDir } from './settings.ts';

/** The file with the key that `npm run replay`, `npm run import` and others use. */
export const devKeyFile = join(dataDir, 'dev-key');

const NAME = 'development';
/** Another checkout may use the same database, so its key goes on working for this long. */
const OVERLAP_HOURS = 24;

/** The development key: the one in the file as long as the database knows it, otherwise a new one. */
export async function developmentKey(databaseUrl: string): Promise<{ key: string; isNew: boolean }> {
  const sql = connect(databaseUrl, { max: 1 });
  try {
    const kept = (await readFile(devKeyFile, 'utf8').catch(() => '')).trim();
    if (kept !== '' && (await findApiKey(sql, kept)) !== undefined) return { key: kept, isNew: false };
    const key = await newKeyInPlaceOfTheLost(sql);
    await writeFile(devKeyFile, `${key}\n`, { mode: 0o600 });
    // The mode above holds only for a new file.
    await chmod(devKeyFile, 0o600);
    return { key, isNew: true };
  } finally {
    await sql.end();
  }
}

/** When the file was lost, the database still has a key of this name: it gets a new secret. */
async function newKeyInPlaceOfTheLost(sql: Sql): Promise<string> {
  const id = await findLiveKeyId(sql, NAME);
  if (id === undefined) return await newAdministratorKey(sql, NAME);
  const rotation = { id, overlapHours: OVERLAP_HOURS, onceKey: randomUUID(), expiresAt: null };
  const rotated = await rotateApiKey(sql, rotation, { by: NAME, role: null, reason: 'its file was lost' });
  if (isRefused(rotated)) throw new Error(rotated.refused.detail);
  return rotated.key;
}
