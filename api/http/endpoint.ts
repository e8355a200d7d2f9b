import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Sql } from '../../db/postgres/sql.ts';
import type { Role } from '../../domain/access/roles.ts';
import type { RefusalCode } from '../../domain/refusals.ts';

/** What every route needs. */
export interface Services {
  readonly sql: Sql;
}

/** A success with a body: its description, and the schema of the body. */
export interface Answer {
  readonly means: string;
  readonly body: z.ZodType;
  /** The route answers with CSV as well, if it is asked to. */
  readonly csv?: true;
}

/** One route: what the router serves, and what /openapi.json documents. */
export interface Endpoint {
  readonly method: 'get' | 'put' | 'post' | 'patch' | 'delete';
  /** The path as OpenAPI writes it: `/v1/cases/{id}`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  /** The roles that may call it, from `PERMISSIONS`; other roles are refused as `forbidden` before `handle`. */
  readonly roles: readonly Role[];
  readonly body?: z.ZodType;
  readonly query?: z.ZodType;
  /** Whether it takes `Idempotency-Key`. */
  readonly onceOnly?: boolean;
  /** The success statuses; one without a body has only a description. */
  readonly answers: Readonly<Record<number, string | Answer>>;
  readonly refusals?: readonly RefusalCode[];
  handle(request: Request, response: Response): Promise<void>;
}
