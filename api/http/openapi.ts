import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { REFUSAL_STATUS, type RefusalCode } from '../../domain/refusals.ts';
import { count, decisionCandidate, refusalCode } from './answer-fields.ts';
import type { Answer, Endpoint } from './endpoint.ts';
import { idempotencyKeySchema, idSchema, numberSchema } from './schemas.ts';

const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: refusalCode,
    detail: z.string(),
    instance: z.string(),
    errors: z
      .array(z.object({ field: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'The wrong fields, at most the first twenty' }),
    entitlementId: z
      .string()
      .optional()
      .meta({ description: 'For a refused case event: the entitlement that refused it' }),
    remainingTerm: z
      .int()
      .nullable()
      .optional()
      .meta({ description: 'The remaining term of that entitlement; null: unlimited' }),
    seq: z.int().optional().meta({ description: 'The number of the ledger row that holds the refusal' }),
    repeated: z.boolean().optional().meta({
      description: 'true: the key was sent before, and this is the answer that it got then',
    }),
    candidates: z.array(decisionCandidate).optional().meta({
      description: "For no_entitlement: what the customer's active entitlements said, at most the first twenty",
    }),
    candidatesTotal: count.optional().meta({ description: 'How many active entitlements the customer has' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details; `code` is stable' });

const PROBLEM_CONTENT = { 'application/problem+json': { schema: problemSchema } };

/** Refusals of the request itself, all `validation_failed`. */
const ofRequest = ({ body }: Endpoint) => {
  const refused = (description: string) => ({ description, content: PROBLEM_CONTENT });
  return {
    ...(body === undefined
      ? {}
      : {
          '408': refused('The body took too long to arrive'),
          '413': refused('The body is too large'),
          '415': refused('The body is not JSON in UTF-8'),
        }),
    '431': refused('The URL and the headers are too large'),
  };
};

/** The refusals that any route can give. */
const ALWAYS: readonly RefusalCode[] = ['unauthenticated', 'key_expired', 'forbidden', 'rate_limited', 'unavailable'];

/** OpenAPI 3.1 from the endpoints that are served. */
export function openApiDocument(endpoints: readonly Endpoint[]) {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const endpoint of endpoints) {
    const operations = paths[endpoint.path] ?? {};
    operations[endpoint.method] = operation(endpoint);
    paths[endpoint.path] = operations;
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Allot',
      version: '1',
      description:
        'Allot manages support entitlements. Terms of `hours` are whole minutes; instants are RFC 3339 in UTC. ' +
        'A method that a path does not have is answered with 405 and the header `Allow`.',
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    components: {
      responses: {
        MethodNotAllowed: {
          description: 'The path does not have this method; the header `Allow` lists its methods',
          headers: { Allow: { schema: { type: 'string' } } },
          content: PROBLEM_CONTENT,
        },
      },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API key, or a token of the configured issuer' },
      },
    },
    paths: paths as ZodOpenApiPathsObject,
  });
}

function operation(endpoint: Endpoint): ZodOpenApiOperationObject {
  const takesInput = endpoint.body !== undefined || endpoint.query !== undefined || endpoint.path.includes('{id}');
  const codes = [...ALWAYS, ...(takesInput ? (['validation_failed'] as const) : []), ...(endpoint.refusals ?? [])];
  if (endpoint.path.includes('{id}')) codes.push('not_found');
  if (endpoint.onceOnly) codes.push('idempotency_conflict');
  return {
    tags: [endpoint.tag],
    summary: endpoint.summary,
    description: `For the ${endpoint.roles.length === 1 ? 'role' : 'roles'} ${endpoint.roles.join(', ')}.`,
    requestParams: {
      ...pathOf(endpoint),
      ...(endpoint.query === undefined ? {} : { query: endpoint.query as z.ZodObject }),
      ...(endpoint.onceOnly ? { header: z.object({ 'Idempotency-Key': idempotencyKeySchema.optional() }) } : {}),
    },
    ...(endpoint.body === undefined
      ? {}
      : {
          requestBody: {
            content: { 'application/json': { schema: endpoint.body } },
            // A request without a body is read as an empty object.
            ...(endpoint.body.safeParse({}).success ? {} : { required: true }),
          },
        }),
    responses: { ...answers(endpoint), ...refusals([...new Set(codes)]), ...ofRequest(endpoint) },
  };
}

/** The parts of the path that callers fill in: the id of a record, and the number of something that the record has. */
function pathOf({ path }: Endpoint): { path?: z.ZodObject } {
  const parts = Object.entries({ id: idSchema, n: numberSchema }).filter(([name]) => path.includes(`{${name}}`));
  return parts.length === 0 ? {} : { path: z.object(Object.fromEntries(parts)) };
}

const answers = (endpoint: Endpoint) =>
  Object.fromEntries(Object.entries(endpoint.answers).map(([status, answer]) => [status, answerOf(answer)]));

const answerOf = (answer: string | Answer) =>
  typeof answer === 'string'
    ? { description: answer }
    : {
        description: answer.means,
        content: {
          'application/json': { schema: answer.body },
          ...(answer.csv ? { 'text/csv': { schema: z.string() } } : {}),
        },
      };

function refusals(codes: readonly RefusalCode[]) {
  const statuses = [...new Set(codes.map((code) => REFUSAL_STATUS[code]))];
  return Object.fromEntries(
    statuses.map((status) => [
      String(status),
      {
        description: codes.filter((code) => REFUSAL_STATUS[code] === status).join(', '),
        content: PROBLEM_CONTENT,
      },
    ]),
  );
}
