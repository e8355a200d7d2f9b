import { type FormValues, isFormValues } from './form-values.ts';

/** What was typed and not saved yet, kept in this tab: it outlives a reload and a lost connection. */
export interface FormDraft {
  /** Who typed it: another person in the same tab does not see it. */
  readonly by: string;
  readonly values: FormValues;
  /** What the record held when the person began, and its version; null for a new one. */
  readonly base: { readonly values: FormValues; readonly version: number } | null;
  /** The deactivation that the person made to edit it; it is activated again at the end. */
  readonly guided: Guided | null;
  /** A creation that was sent and not answered; see `create`. */
  readonly attempt: Attempt | null;
}

export interface Guided {
  readonly wasDefault: boolean;
  readonly reason: string;
}

export interface Attempt {
  readonly key: string;
  readonly body: string;
}

const storedAs = (name: string): string => `allot.form.${name}`;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isBase = (value: unknown): value is FormDraft['base'] =>
  value === null || (isObject(value) && isFormValues(value.values) && typeof value.version === 'number');

const isGuided = (value: unknown): value is FormDraft['guided'] =>
  value === null || (isObject(value) && typeof value.wasDefault === 'boolean' && typeof value.reason === 'string');

const isAttempt = (value: unknown): value is FormDraft['attempt'] =>
  value === null || (isObject(value) && typeof value.key === 'string' && typeof value.body === 'string');

const isDraft = (value: unknown): value is FormDraft =>
  isObject(value) &&
  typeof value.by === 'string' &&
  isFormValues(value.values) &&
  isBase(value.base) &&
  isGuided(value.guided) &&
  isAttempt(value.attempt);

/** The draft that this person left in this tab; null if there is none. */
export function readDraft(name: string, by: string): FormDraft | null {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(storedAs(name)) ?? 'null');
    return isDraft(stored) && stored.by === by ? stored : null;
  } catch {
    return null;
  }
}

/** Keeps the draft. A full store keeps the one before; the page still holds everything. */
export function keepDraft(name: string, draft: FormDraft): void {
  try {
    sessionStorage.setItem(storedAs(name), JSON.stringify(draft));
  } catch {
    // The store of this tab is full or closed.
  }
}

export const forgetDraft = (name: string): void => sessionStorage.removeItem(storedAs(name));
