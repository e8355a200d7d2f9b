import type { Request, Response } from 'express';
import { expect, test } from 'vitest';
import { WorkLimit } from '../../../api/http/work-limit.ts';

const request = {} as Request;
const response = {} as Response;
const next = () => {};

/** A handler that ends when it is told to. */
function heldHandler() {
  const held: { end: () => void; fail: (error: Error) => void }[] = [];
  const handle = () => new Promise<void>((end, fail) => void held.push({ end, fail }));
  return { handle, held };
}

test('work beyond the limit is refused at once, and taken again when some work has ended or failed', async () => {
  const limit = new WorkLimit(2);
  const { handle, held } = heldHandler();
  const counted = limit.counted(handle);
  const first = counted(request, response, next);
  const second = counted(request, response, next);
  await expect(counted(request, response, next)).rejects.toMatchObject({ refusal: { code: 'unavailable' } });
  expect(held).toHaveLength(2);

  held[0]?.end();
  await first;
  const third = counted(request, response, next);
  await expect(counted(request, response, next)).rejects.toMatchObject({ refusal: { code: 'unavailable' } });

  held[1]?.fail(new Error('the handler failed'));
  await expect(second).rejects.toThrow('the handler failed');
  const fourth = counted(request, response, next);
  for (const { end } of held) end();
  await Promise.all([third, fourth]);
});

test('all handlers of a limit are counted together', async () => {
  const limit = new WorkLimit(1);
  const { handle, held } = heldHandler();
  const running = limit.counted(handle)(request, response, next);
  await expect(limit.counted(async () => {})(request, response, next)).rejects.toMatchObject({
    refusal: { code: 'unavailable' },
  });
  held[0]?.end();
  await running;
});
