import { randomUUID } from 'node:crypto';
import type { Request } from 'express';
import type { z } from 'zod';
import { ID_RULE } from '../../domain/input-limits.ts';
import { identityOf } from './identity.ts';
import { Problem, problem } from './problem.ts';
import { readShape } from './read-shape.ts';
import { idempotencyKeySchema, idSchema, numberSchema, reasonQuery } from './schemas.ts';

/** The body, validated with the schema. Refuses `validation_failed` with every wrong field. */
export function bodyOf<Schema extends z.ZodType>(request: Request, schema: Schema): z.infer<Schema> {
  const body: unknown = request.body ?? {};
  if (typeof body !== 'object' || Array.isArray(body))
    throw problem('validation_failed', 'The body must be a JSON object.', 'body');
  const read = readShape(schema, body);
  if (!read.success) throw read.error;
  return read.data;
}

/** The query, validated with the schema. Refuses `validation_failed`, also for a parameter that is given twice. */
export function queryOf<Schema extends z.ZodType>(request: Request, schema: Schema): z.infer<Schema> {
  const { query } = request;
  const repeated = Object.keys(query).filter((name) => Array.isArray(query[name]));
  if (repeated.length > 0) {
    const errors = repeated.slice(0, MAX_REPEATED).map((field) => ({ field, message: 'is given twice: give it once' }));
    const detail = errors.map(({ field, message }) => `${field}: ${message}`).join('; ');
    throw new Problem({ code: 'validation_failed', detail }, { errors });
  }
  return schema.parse(query);
}

/** The refusal names this many of the parameters that are given twice. */
const MAX_REPEATED = 3;

/** The id in the path. Refuses `validation_failed` for a text that cannot be an id. */
export function idOf(request: Request): string {
  const read = idSchema.safeParse(request.params.id);
  if (!read.success) throw problem('validation_failed', `The id in the path ${ID_RULE}.`, 'id');
  return read.data;
}

/** The number in the path. Refuses `validation_failed` for a text that is none. */
export function numberOf(request: Request): number {
  const read = numberSchema.safeParse(request.params.n);
  if (!read.success) throw problem('validation_failed', 'The number in the path is a whole number from 1 on.', 'n');
  return read.data;
}

/** The idempotency key of the request; without one, each request gets a key of its own. */
export function keyOf(request: Request): string {
  const given = request.get('Idempotency-Key');
  if (given === undefined) return `once:${randomUUID()}`;
  const read = idempotencyKeySchema.safeParse(given);
  if (!read.success)
    throw problem('validation_failed', `Idempotency-Key ${read.error.issues[0]?.message}.`, 'Idempotency-Key');
  return read.data;
}

/** The caller's name, as ledger rows have it. */
export const callerOf = (request: Request): string => identityOf(request).name;

/** The reason, `?reason=`, of a request whose body is a record and cannot hold it. */
export const reasonOf = (request: Request): string | null => queryOf(request, reasonQuery).reason ?? null;

/** The version that the header `If-Match: "7"` asks for; without the header any version is accepted. */
export function versionOf(request: Request): { ifVersion?: number } {
  const given = request.get('If-Match');
  if (given === undefined || given === '*') return {};
  const version = /^(?:W\/)?"(\d{1,9})"$/.exec(given)?.[1];
  if (version === undefined)
    throw problem(
      'validation_failed',
      'If-Match must be a version in quotes, such as "7": the ETag of the record.',
      'If-Match',
    );
  return { ifVersion: Number(version) };
}
