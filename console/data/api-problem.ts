import type { components } from '../../client/schema.d.ts';

/** RFC 9457 problem details, as the API sends them. */
export type Problem = components['schemas']['Problem'];
export type RefusalCode = Problem['code'];

/** No answer came: the network, the API or something between them is down. A change may have been made or not. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';

  constructor() {
    super('Allot does not answer. Check your connection; nothing that you typed is lost.');
  }
}

/** The API answered with a status of 400 or above. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** Whether the error is a refusal with one of these codes. */
export const isRefusedAs = (error: unknown, ...codes: RefusalCode[]): boolean =>
  error instanceof Refused && codes.includes(error.problem.code);

/** What a person reads of an error. */
export const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'Something went wrong in this page.';

/** The refused fields with their messages; empty for any other error. */
export const fieldsOf = (error: unknown): NonNullable<Problem['errors']> =>
  error instanceof Refused ? (error.problem.errors ?? []) : [];
