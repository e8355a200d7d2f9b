import type { ZodError, z } from 'zod';
import type { FieldError } from './problem.ts';

/** What is wrong with a field, and what it must be, in words for people who do not know the schema library. */

type Issue = ZodError['issues'][number];

/** The longest name of a field that is told: callers choose the names of unknown fields. */
const MAX_FIELD_LENGTH = 200;

/**
 * One entry for each thing that is wrong with a field. A schema's own words are kept; what the library would say is put into
 * plain ones. Zod 4.6.7 also compares the length of values that are no texts or lists: that they are none is all that is told.
 */
export function fieldErrors(error: ZodError): FieldError[] {
  const ofWrongType = new Set(error.issues.filter(isType).map(pathOf));
  return error.issues.filter((issue) => isType(issue) || !ofWrongType.has(pathOf(issue))).flatMap(entriesOf);
}

const isType = (issue: Issue): boolean => issue.code === 'invalid_type';
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
      return FORMATS[issue.format] ?? 'must have the form that is described in /docs';
    case 'invalid_union':
      return issue.inclusive === false
        ? 'must have exactly one of the forms that are described in /docs'
        : noMatch(issue);
    default:
      return 'must be what is described in /docs';
  }
}

/** How each message of zod's English locale begins. */
const LIBRARY_WORDS = /^(?:Invalid|Too (?:small|big)|Unrecognized)\b/;

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

function noMatch({ options, errors }: { options?: readonly unknown[]; errors: readonly (readonly Issue[])[] }): string {
  if (options !== undefined) return oneOf(options);
  const ways = [...new Set(errors.flatMap(([first]) => (first === undefined ? [] : [messageOf(first)])))];
  if (ways.length === 0) return 'must be what is described in /docs';
  return ways.every((way) => way.startsWith('must be '))
    ? `must be ${ways.map((way) => way.slice('must be '.length)).join(' or ')}`
    : ways.join(', or ');
}
