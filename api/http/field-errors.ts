import type { ZodError, z } from 'zod';
import type { FieldError } from './problem.ts';

/** What is wrong with each field and what it must be, in words for people who do not know the schema library. */

type Issue = ZodError['issues'][number];

/** The longest field name in an answer: callers choose the names of unknown fields. */
const MAX_FIELD_LENGTH = 200;

/**
 * The wrong fields of an input. Messages that a schema gives itself are kept; those of the library are replaced. Zod 4
 * also checks the length of values of the wrong type: of these only the wrong type is reported.
 */
export function fieldErrors(error: ZodError): FieldError[] {
  const ofWrongType = new Set(error.issues.filter(isWrongType).map(pathOf));
  return error.issues.filter((issue) => isWrongType(issue) || !ofWrongType.has(pathOf(issue))).flatMap(entriesOf);
}

const isWrongType = (issue: Issue): boolean => issue.code === 'invalid_type';
const pathOf = (issue: Issue): string => JSON.stringify(issue.path.map(String));

function entriesOf(issue: Issue): FieldError[] {
  const at = (...more: string[]) => shortened([...issue.path.map(String), ...more].join('.'));
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      field: at(key),
      message: 'is not known here: check its spelling or leave it out',
    }));
  return [{ field: at(), message: messageOf(issue) }];
}

const shortened = (field: string): string =>
  field.length > MAX_FIELD_LENGTH ? `${field.slice(0, MAX_FIELD_LENGTH)}…`.toWellFormed() : field;

/** How each message of the library's English locale begins. */
const LIBRARY_WORDS = /^(?:Invalid|Too (?:small|big)|Unrecognized)\b/;
const SEE_DOCS = 'must have the form described at /docs';

function messageOf(issue: Issue): string {
  if (!LIBRARY_WORDS.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return / received undefined$/.test(issue.message) ? 'is missing' : `must be ${typeName(issue.expected)}`;
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      return bound(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum);
    case 'invalid_value':
      return oneOf(issue.values);
    case 'invalid_format':
      return FORMATS[issue.format] ?? SEE_DOCS;
    case 'invalid_union':
      return issue.inclusive === false ? SEE_DOCS : noOption(issue);
    default:
      return SEE_DOCS;
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

const typeName = (expected: string): string => TYPES[expected] ?? expected;

const FORMATS: Readonly<Record<string, string>> = {
  email: 'must be an e-mail address such as ann@example.com',
};

function tooSmall({ origin, inclusive, minimum }: z.core.$ZodIssueTooSmall): string {
  if (origin === 'string' && minimum === 1) return 'must not be empty';
  if (origin === 'array' && minimum === 1) return 'must have at least one entry';
  return bound(origin, inclusive === false ? 'more than' : 'at least', minimum);
}

function bound(origin: string, how: string, limit: number | bigint): string {
  if (origin === 'string') return `must be ${how} ${limit} characters long`;
  if (origin === 'array') return `must have ${how} ${limit} ${limit === 1 ? 'entry' : 'entries'}`;
  return `must be ${how} ${limit}`;
}

const oneOf = (values: readonly unknown[]): string =>
  values.length === 1 ? `must be ${String(values[0])}` : `must be one of ${values.map(String).join(', ')}`;

/**
 * A value that fits none of the options: those that `kind` or the like tells apart, or types that are tried in turn.
 */
function noOption({
  options,
  errors,
}: {
  options?: readonly unknown[];
  errors: readonly (readonly Issue[])[];
}): string {
  if (options !== undefined) return oneOf(options);
  const ways = [...new Set(errors.flatMap(([first]) => (first === undefined ? [] : [messageOf(first)])))];
  if (ways.length === 0) return SEE_DOCS;
  return ways.every((way) => way.startsWith('must be '))
    ? `must be ${ways.map((way) => way.slice('must be '.length)).join(' or ')}`
    : ways.join(', or ');
}
