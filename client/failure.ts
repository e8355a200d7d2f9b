/** Something that ends a replay and that a person can act on: shown as one line, without a stack. */
export class ReplayFailure extends Error {
  override readonly name = 'ReplayFailure';
}

/** One line for whatever ended the replay. */
export const lineOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The system's own code of an error (`ENOENT`, `ECONNREFUSED`), where it has one. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
