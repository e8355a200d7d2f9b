import { Refused } from './api-problem.ts';
import { holdsAll } from './is-same.ts';

/**
 * The API creates and changes by one call. A new record must not replace one that has its id, so this reads first.
 * Throws the refusal `conflict` of the field `id` when a record is there. One that says all of `body` is no obstacle:
 * a try whose answer was lost has made it, and another one changes nothing.
 */
export async function assertIdIsFree(id: string, body: object, read: (id: string) => Promise<object>): Promise<void> {
  try {
    if (holdsAll(await read(id), body)) return;
  } catch (error) {
    if (error instanceof Refused && error.problem.code === 'not_found') return;
    throw error;
  }
  const message = 'is taken: choose another one, or open that record and change it';
  throw new Refused({
    type: 'urn:allot:problem:conflict',
    title: 'The id is taken',
    status: 409,
    code: 'conflict',
    detail: `There is a record with the id ${id} already.`,
    instance: window.location.pathname,
    errors: [{ field: 'id', message }],
  });
}
