/** A report as JSON; the routes of reports can also answer with CSV, for which these calls do not ask. */
export function jsonOnly<Answer>(answer: Answer): Exclude<Answer, string> {
  if (typeof answer === 'string') throw new TypeError('The API has answered with text in place of JSON.');
  return answer as Exclude<Answer, string>;
}
