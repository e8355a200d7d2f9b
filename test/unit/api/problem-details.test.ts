import type { Request, Response } from 'express';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { granted, invalidCursor, keyReused, notFound, Problem, problem, within } from '../../../api/http/problem.ts';
import { problemDetails } from '../../../api/http/problem-details.ts';
import { PROBLEM_TITLES } from '../../../api/http/problem-titles.ts';
import { REFUSAL_STATUS, refusalError, refuse } from '../../../domain/refusals.ts';

/** Keeps what is sent with it. */
class SentResponse {
  readonly headersSent = false;
  readonly writableEnded = false;
  readonly headers: Record<string, string> = {};
  sentStatus = 0;
  sentType = '';
  sentBody: Record<string, unknown> = {};

  set(name: string, value: string) {
    this.headers[name] = value;
  }

  status(status: number) {
    this.sentStatus = status;
    return this;
  }

  type(type: string) {
    this.sentType = type;
    return this;
  }

  send(body: string) {
    this.sentBody = JSON.parse(body);
  }
}

/** What the handler answers and logs when this was thrown. */
function answerTo(error: unknown) {
  const response = new SentResponse();
  const logged: string[] = [];
  const refused: string[] = [];
  const log = pino({}, { write: (line: string) => void logged.push(line) });
  const handle = problemDetails(log, (_request, { refusal }) => void refused.push(refusal.code));
  handle(error, { method: 'GET', path: '/v1/x' } as Request, response as unknown as Response, () => {});
  const { sentStatus: status, sentType: type, sentBody: body, headers } = response;
  return { status, type, body, headers, logged, refused };
}

test('a refusal is answered with its code, its title and its status, and nothing is logged', () => {
  for (const error of [notFound('SLA', 'gold'), refusalError('not_found', 'There is no SLA gold.')]) {
    const { status, type, body, logged, refused } = answerTo(error);
    expect([status, type, logged, refused]).toEqual([404, 'application/problem+json', [], ['not_found']]);
    expect(body).toEqual({
      type: 'urn:allot:problem:not_found',
      title: PROBLEM_TITLES.not_found,
      status: 404,
      code: 'not_found',
      detail: 'There is no SLA gold.',
      instance: '/v1/x',
    });
  }
});

test('a wrong input is answered with its fields', () => {
  const read = z.object({ name: z.string() }).safeParse({});
  expect(answerTo(read.error)).toMatchObject({
    status: 400,
    body: { code: 'validation_failed', detail: 'name: is missing', errors: [{ field: 'name', message: 'is missing' }] },
  });
});

test('an unexpected error is logged, and its text is not answered', () => {
  const { status, body, logged } = answerTo(new Error('the password is hunter2'));
  expect([status, body.code]).toEqual([500, 'internal']);
  expect(JSON.stringify(body)).not.toContain('hunter2');
  expect(logged).toHaveLength(1);
  expect(logged[0]).toContain('hunter2');
});

test.each(['ECONNREFUSED', 'CONNECTION_CLOSED', '57014', '57P01', '08006', '53300', '40001', '25006'])(
  'a database that is away (%s) is 503 with Retry-After',
  (code) => {
    const { status, headers } = answerTo(Object.assign(new Error('away'), { code }));
    expect([status, headers['Retry-After']]).toEqual([503, '2']);
  },
);

test.each(['23505', '42P01', 'ERR_ASSERTION'])('another error code (%s) is an unexpected error', (code) => {
  expect(answerTo(Object.assign(new Error('other'), { code })).status).toBe(500);
});

test.each<[object, number, RegExp]>([
  [{ type: 'entity.too.large', status: 413 }, 413, /too large/],
  [{ type: 'entity.parse.failed', status: 400 }, 400, /not valid JSON/],
  [{ type: 'charset.unsupported', status: 415 }, 415, /UTF-8/],
  [{ type: 'encoding.unsupported', status: 415 }, 415, /UTF-8/],
  [{ status: 400 }, 400, /cannot be read/],
])('what the body parser throws (%j) is %i', (thrown, status, detail) => {
  const answer = answerTo(Object.assign(new Error('parser'), thrown));
  expect([answer.status, answer.body.code]).toEqual([status, 'validation_failed']);
  expect(answer.body.detail).toMatch(detail);
});

test('an unauthenticated caller learns how to authenticate', () => {
  expect(answerTo(problem('unauthenticated', 'No key.')).headers['WWW-Authenticate']).toBe('Bearer');
});

test('every code has a title', () => {
  expect(Object.keys(PROBLEM_TITLES)).toEqual(Object.keys(REFUSAL_STATUS));
});

test('a refused decision is thrown, another one is returned', () => {
  expect(granted({ seq: 1 })).toEqual({ seq: 1 });
  expect(() => granted(refuse('wrong_state', 'It is a draft.'))).toThrow('It is a draft.');
});

test('a refusal of a part of the input names the field within that part', async () => {
  const refusing = (error: Error) => within('changes', () => Promise.reject(error), ['slaId']);
  await expect(refusing(notFound('product', 'p', 'productIds'))).rejects.toMatchObject({
    refusal: { field: 'changes.productIds' },
  });
  await expect(refusing(notFound('SLA', 's', 'slaId'))).rejects.toMatchObject({ refusal: { field: 'slaId' } });
  await expect(refusing(invalidCursor())).rejects.toMatchObject({ refusal: { field: 'changes.cursor' } });
  await expect(refusing(new TypeError('other'))).rejects.toThrow('other');
});

test('a reused key names its header, and a problem can have another status', () => {
  expect(keyReused('k').errors).toMatchObject([{ field: 'Idempotency-Key' }]);
  expect(new Problem({ code: 'validation_failed', detail: 'Too large.' }, { status: 413 }).status).toBe(413);
});
