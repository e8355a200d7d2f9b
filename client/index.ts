/** The client of Allot's HTTP API. It imports nothing of Node.js; the part for Node.js is `@allot/client/node`. */
export type { AnswerOf, CallOf, ItemOf, ListPath, PathOf } from './call-types.ts';
export { AllotClient, type ClientOptions, createClient } from './client.ts';
export { newIdempotencyKey } from './persistent-fetch.ts';
export { ApiRefusal, type FieldError, Unanswered } from './refusal.ts';
export type { components, paths } from './schema.d.ts';
