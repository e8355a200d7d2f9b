/** An error that the person at the terminal can act on: programs show its message as one line, without a stack. */
export class ActionableError extends Error {
  override readonly name = 'ActionableError';
}

/** An error's message; whatever else was thrown, as text. */
export const lineOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The system's own code of an error (`ENOENT`, `ECONNREFUSED`), where it has one. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
