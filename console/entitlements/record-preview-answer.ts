import type { Shapes } from '../data/api.ts';

/** What a command would do to a contract, as the API answers with `preview=true`. */
export type AnyPreview = Shapes['Preview'] | Shapes['AmendmentPreview'];

const isPreview = <Answer extends object>(answer: Answer): answer is Extract<Answer, AnyPreview> => 'before' in answer;

/** The preview in an answer to a request for one. */
export function previewIn<Answer extends object>(answer: Answer | undefined): Extract<Answer, AnyPreview> {
  if (answer === undefined || !isPreview(answer)) throw new TypeError('The API has answered without the preview.');
  return answer;
}
