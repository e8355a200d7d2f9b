import type { Payload } from '@temporalio/common';
import { z } from 'zod';

/** Protobuf's JSON has bytes in base64, in either alphabet. */
const bytes = z
  .string()
  .regex(/^[A-Za-z0-9+/_-]*={0,2}$/, 'must be base64')
  .transform((text) => Buffer.from(text, 'base64'));
const payload = z.object({ metadata: z.record(z.string(), bytes).nullish(), data: bytes.nullish() });

/** The body of the endpoint, as Temporal's UI and command line send it. */
export const payloadsBody = z.object({ payloads: z.array(payload).max(10_000) });

export const payloadsFrom = (body: unknown): Payload[] =>
  payloadsBody.parse(body).payloads.map(({ metadata, data }) => ({ metadata: metadata ?? {}, data: data ?? null }));

/** The answer, in the same form. */
export const payloadsTo = (payloads: readonly Payload[]) => ({
  payloads: payloads.map(({ metadata, data }) => ({
    metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)])),
    ...(data == null || data.length === 0 ? {} : { data: base64(data) }),
  })),
});

const base64 = (value: Uint8Array): string => Buffer.from(value).toString('base64');
