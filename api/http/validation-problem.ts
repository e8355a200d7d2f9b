import type { ZodError } from 'zod';
import type { Refusal } from '../../domain/refusals.ts';
import { fieldErrors } from './field-errors.ts';
import { Problem } from './problem.ts';

/** The detail names this many wrong fields; the others are in `errors`. */
const MAX_TOLD = 3;
/** `errors` lists this many, so that an answer does not grow with a body that is wrong everywhere. */
const MAX_LISTED = 20;

/** `validation_failed` with the wrong fields of an input. */
export function validationProblem(error: ZodError): Problem {
  const all = fieldErrors(error);
  const errors = all.slice(0, MAX_LISTED);
  const told = errors
    .slice(0, MAX_TOLD)
    .map(({ field, message }) => (field === '' ? `The body ${message}` : `${field}: ${message}`));
  return new Problem({ code: 'validation_failed', detail: `${told.join('; ')}${moreThan(all.length)}` }, { errors });
}

function moreThan(count: number): string {
  if (count <= MAX_TOLD) return '';
  const listed = count > MAX_LISTED ? `the first ${MAX_LISTED} are in errors` : 'see errors';
  return `; and ${count - MAX_TOLD} more, ${listed}`;
}

/** The same as the refusal of one of many inputs. It names the first wrong field. */
export function refusalOf(error: ZodError): Refusal {
  const { refusal, errors } = validationProblem(error);
  const field = errors[0]?.field;
  return field === undefined || field === '' ? refusal : { ...refusal, field };
}
