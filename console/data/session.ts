import { useSyncExternalStore } from 'react';

/** Where the tab keeps how its user signed in. Another tab, and the same tab once it was closed, do not have it. */
const STORED_AS = 'allot.session';

/** How the user of this tab signed in: with an API key, or with a token of the configured issuer. */
export interface Session {
  readonly kind: 'key' | 'token';
  /** What every call sends as `Authorization: Bearer`. */
  readonly secret: string;
}

const listeners = new Set<() => void>();

function isSession(value: unknown): value is Session {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    (value.kind === 'key' || value.kind === 'token') &&
    'secret' in value &&
    typeof value.secret === 'string'
  );
}

function read(): Session | null {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(STORED_AS) ?? 'null');
    return isSession(stored) ? stored : null;
  } catch {
    return null;
  }
}

let present = read();

function change(next: Session | null): void {
  present = next;
  if (next === null) sessionStorage.removeItem(STORED_AS);
  else sessionStorage.setItem(STORED_AS, JSON.stringify(next));
  for (const listener of listeners) listener();
}

/** Keeps the session in this tab; every part that uses it is drawn again. */
export const signIn = (session: Session): void => change(session);

/** Forgets the session. Whoever holds the secret elsewhere can go on using it. */
export const signOut = (): void => change(null);

/** The session of this tab, null when nobody is signed in. */
export const presentSession = (): Session | null => present;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The session of this tab; draws again when it changes. */
export const useSession = (): Session | null => useSyncExternalStore(subscribe, presentSession);
