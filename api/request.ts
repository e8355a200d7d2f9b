import { randomUUID } from 'node:crypto';
import type { Request } from 'express';
import type { z } from 'zod';
import { problem } from '../gateway/problem.ts';
import { identityOf } from './identity.ts';
import { idempotencyKeySchema, idSchema, reasonQuery } from './schemas.ts';

/** The body in the schema's shape. Refuses `validation_failed` with every field that is wrong. */
export function bodyOf<Schema extends z.ZodType>(request: Request, schema: Schema): z.infer<Schema> {
  const body: unknown = request.body ?? {};
  if (typeof body !== 'object' || Array.isArray(body))
    throw problem('validation_failed', 'The body must be a JSON object.');
  return schema.parse(body);
}

export const queryOf = <Schema extends z.ZodType>(request: Request, schema: Schema): z.infer<Schema> =>
  schema.parse(request.query);

/** The id in the path. One that could be no id names nothing. */
export function idOf(request: Request): string {
  const { id } = request.params;
  const read = idSchema.safeParse(id);
  if (!read.success) throw problem('not_found', 'There is no record with such an id.');
  return read.data;
}

/** The caller's once-only key; without one, each request stands for itself. */
export function keyOf(request: Request): string {
  const given = request.get('Idempotency-Key');
  if (given === undefined) return `once:${randomUUID()}`;
  const read = idempotencyKeySchema.safeParse(given);
  if (!read.success)
    throw problem('validation_failed', `Idempotency-Key ${read.error.issues[0]?.message}.`, 'Idempotency-Key');
  return read.data;
}

/** Who asks, as ledger rows name it. */
export const callerOf = (request: Request): string => identityOf(request).name;

/** Why, of a request whose body is a record and has no room for it: `?reason=`. */
export const reasonOf = (request: Request): string | null => queryOf(request, reasonQuery).reason ?? null;

/** `If-Match: "7"` asks for version 7; absent, any version will do. */
export function versionOf(request: Request): { ifVersion?: number } {
  const given = request.get('If-Match');
  if (given === undefined || given === '*') return {};
  const version = /^(?:W\/)?"(\d{1,9})"$/.exec(given)?.[1];
  if (version === undefined) throw problem('validation_failed', 'If-Match must be a version such as "7".', 'If-Match');
  return { ifVersion: Number(version) };
}
