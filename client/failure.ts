/** An error that the person at the terminal can act on: programs show its message as one line, without a stack. */
export class ActionableError extends Error {
  override readonly name: string = 'ActionableError';
}

/** An error's message; whatever else was thrown, as text. */
export const lineOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The system's own code of an error (`ENOENT`, `ECONNREFUSED`) or of the error that caused it, where one has it. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return systemCode(error.cause);
}
