import { fieldsOf } from '../data/api-problem.ts';

/**
 * The refused fields of an answer as `@mantine/form` takes them: `channels[1].totalTerm` and `channels.1.totalTerm` both
 * become `channels.1.totalTerm`. Use with `form.setErrors`.
 */
export const formErrorsOf = (error: unknown): Record<string, string> =>
  Object.fromEntries(fieldsOf(error).map(({ field, message }) => [pathOf(field), message]));

const pathOf = (field: string): string => field.replaceAll(/\[(\d+)\]/g, '.$1');
