import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Sql } from '../../db/postgres/sql.ts';
import type { Role } from '../../domain/access/roles.ts';
import type { RefusalCode } from '../../domain/refusals.ts';

/** What every route works with. */
export interface Services {
  readonly sql: Sql;
}

/** A success that carries a body: what it means, and what the body says. */
export interface Answer {
  readonly means: string;
  readonly body: z.ZodType;
  /** The same comes as CSV where that is asked for. */
  readonly csv?: true;
}

/** One route: what it takes and gives, for the router and for /openapi.json alike. */
export interface Endpoint {
  readonly method: 'get' | 'put' | 'post' | 'patch' | 'delete';
  /** As OpenAPI writes it: `/v1/cases/{id}`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  /** Who may call it, from `PERMISSIONS`; all others are refused as `forbidden` before `handle`. */
  readonly roles: readonly Role[];
  readonly body?: z.ZodType;
  readonly query?: z.ZodType;
  /** Takes `Idempotency-Key`. */
  readonly onceOnly?: boolean;
  /** Success statuses and what they mean; in words alone where there is no body. */
  readonly answers: Readonly<Record<number, string | Answer>>;
  readonly refusals?: readonly RefusalCode[];
  handle(request: Request, response: Response): Promise<void>;
}
