import type { Template } from '../../domain/entitlements/template.ts';
import { type TemplateId, templateId } from '../../domain/ids.ts';
import { type ChangeOrigin, recordChange } from '../access/audit.ts';
import type { Page } from '../postgres/page.ts';
import type { Sql } from '../postgres/sql.ts';
import { inTransaction } from '../postgres/transaction.ts';

export interface TemplateRecord extends Template {
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

interface Row {
  readonly id: string;
  readonly details: Omit<Template, 'id'>;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const fromRow = ({ id, details, created_at, updated_at }: Row): TemplateRecord => ({
  id: templateId(id),
  ...details,
  createdAt: created_at,
  updatedAt: updated_at,
});

/** The request that creates a template: its key, and a fingerprint of its content. */
export interface MadeBy {
  readonly key: string;
  readonly fingerprint: string;
}

/** The outcome of creating a template. `repeated` and `other_content` are about the key, `taken` is about the id. */
export type Made =
  | { readonly outcome: 'made' | 'repeated'; readonly record: TemplateRecord }
  | { readonly outcome: 'other_content' | 'deleted' | 'taken' };

/**
 * Creates a template once for its key, with a row in the audit. The id of a deleted template can be used by another
 * key.
 */
export async function makeTemplate(
  sql: Sql,
  { id, ...details }: Template,
  { key, fingerprint }: MadeBy,
  origin: ChangeOrigin,
): Promise<Made> {
  return await inTransaction(sql, async (tx): Promise<Made> => {
    await tx`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`;
    const [known] = await tx<(Row & { made_from: string; deleted: boolean })[]>`
      select * from templates where made_by_key = ${key}`;
    if (known !== undefined) {
      if (known.made_from !== fingerprint) return { outcome: 'other_content' };
      return known.deleted ? { outcome: 'deleted' } : { outcome: 'repeated', record: fromRow(known) };
    }
    const [made] = await tx<Row[]>`
      insert into templates (id, details, made_by_key, made_from)
      values (${id}, ${JSON.stringify(details)}::text::json, ${key}, ${fingerprint})
      on conflict (id) do update set details = excluded.details, made_by_key = excluded.made_by_key,
        made_from = excluded.made_from, deleted = false, created_at = now(), updated_at = now()
        where templates.deleted
      returning *`;
    if (made === undefined) return { outcome: 'taken' };
    await recordChange(tx, { ...origin, ...changeOf('created', id), before: null, after: details });
    return { outcome: 'made', record: fromRow(made) };
  });
}

/** Undefined where the template does not exist or was deleted. */
export async function findTemplate(sql: Sql, id: string): Promise<TemplateRecord | undefined> {
  const [row] = await sql<Row[]>`select * from templates where id = ${id} and not deleted`;
  return row === undefined ? undefined : fromRow(row);
}

/** A page of the templates in order of id. */
export async function listTemplates(sql: Sql, { limit, after }: Page): Promise<TemplateRecord[]> {
  const rows = await sql<Row[]>`
    select * from templates where not deleted and (${after}::text is null or id > ${after}) order by id limit ${limit}`;
  return rows.map(fromRow);
}

/**
 * Replaces the template, with a row in the audit; undefined where it does not exist. The same content changes nothing.
 */
export async function replaceTemplate(
  sql: Sql,
  { id, ...details }: Template,
  origin: ChangeOrigin,
): Promise<TemplateRecord | undefined> {
  const given = JSON.stringify(details);
  return await inTransaction(sql, async (tx) => {
    const before = await locked(tx, id);
    if (before === undefined) return undefined;
    const [row] = await tx<Row[]>`
      update templates set details = ${given}::text::json, updated_at = now()
      where id = ${id} and details::jsonb <> ${given}::text::jsonb returning *`;
    if (row === undefined) return fromRow(before);
    const change = { ...origin, ...changeOf('updated', id) };
    await recordChange(tx, { ...change, before: before.details, after: row.details });
    return fromRow(row);
  });
}

/** Deletes the template and answers whether it existed. Entitlements that were created from it keep its id. */
export async function deleteTemplate(sql: Sql, id: TemplateId, origin: ChangeOrigin): Promise<boolean> {
  return await inTransaction(sql, async (tx) => {
    const before = await locked(tx, id);
    if (before === undefined) return false;
    await tx`update templates set deleted = true, updated_at = now() where id = ${id}`;
    await recordChange(tx, { ...origin, ...changeOf('deleted', id), before: before.details, after: null });
    return true;
  });
}

const changeOf = (action: string, recordId: string) => ({ action, recordType: 'template', recordId });

async function locked(tx: Sql, id: string): Promise<Row | undefined> {
  const [row] = await tx<Row[]>`select * from templates where id = ${id} and not deleted for update`;
  return row;
}
