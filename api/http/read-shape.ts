import { ZodError, type z } from 'zod';

/**
 * Validates JSON with a schema. Zod 4.6.7 compares the `length` of a value with the bounds of a text or list before it
 * checks that the value is one, and throws if an object has a `length` that cannot be compared. This is reported as a
 * wrong value.
 */
export function readShape<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.ZodSafeParseResult<z.infer<Schema>> {
  try {
    return schema.safeParse(value);
  } catch (error) {
    const path = error instanceof TypeError ? pathToLength(value) : undefined;
    if (path === undefined) throw error;
    const issue = { code: 'custom', path: [...path], message: 'must not be an object with a length', input: undefined };
    return { success: false, error: new ZodError([issue as z.core.$ZodIssue]) as ZodError<z.infer<Schema>> };
  }
}

/** The path to an object whose `length` cannot be compared, no deeper than bodies of the API go. */
function pathToLength(value: unknown, depth = 0): readonly string[] | undefined {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return undefined;
  if (!Array.isArray(value) && Object.hasOwn(value, 'length')) return [];
  for (const [name, part] of Object.entries(value)) {
    const path = pathToLength(part, depth + 1);
    if (path !== undefined) return [name, ...path];
  }
  return undefined;
}

const MAX_DEPTH = 12;
