import { Refused } from './api-problem.ts';

/**
 * The API creates and changes by one call. A new record must not replace one that has its id, so this reads first.
 * Throws the refusal `conflict` of the field `id` when the record is there.
 */
export async function assertIdIsFree(id: string, read: () => Promise<unknown>): Promise<void> {
  try {
    await read();
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
