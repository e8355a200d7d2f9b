import { useSyncExternalStore } from 'react';

/** Where the tab keeps how its user signed in. Another tab, and the same tab once it was closed, do not have it. */
const STORED_AS = 'allot.session';

/** A person who signed in with an API key. */
interface KeySession {
  readonly kind: 'key';
  /** What every call sends as `Authorization: Bearer`. */
  readonly secret: string;
}

/** A person who signed in with the configured issuer. */
export interface TokenSession {
  readonly kind: 'token';
  /** The access token. */
  readonly secret: string;
  /** When the access token runs out, in milliseconds since 1970. */
  readonly expiresAt: number;
  /** Gets the next access token; null when the issuer gave none. */
  readonly refreshToken: string | null;
}

/** How the user of this tab signed in: with an API key, or with a token of the configured issuer. */
export type Session = KeySession | TokenSession;

/** The session of the tab; `hasEnded` when there was one that the API no longer accepts. */
interface State {
  readonly session: Session | null;
  readonly hasEnded: boolean;
}

const listeners = new Set<() => void>();
let present: State = { session: read(), hasEnded: false };

function read(): Session | null {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(STORED_AS) ?? 'null');
    return isSession(stored) ? stored : null;
  } catch {
    return null;
  }
}

/** Whether something that was stored, or sent by a window of this console, is a session. */
export function isSession(value: unknown): value is Session {
  if (typeof value !== 'object' || value === null || !('kind' in value) || !('secret' in value)) return false;
  if (typeof value.secret !== 'string') return false;
  if (value.kind === 'key') return true;
  if (value.kind !== 'token' || !('expiresAt' in value) || !('refreshToken' in value)) return false;
  return typeof value.expiresAt === 'number' && (value.refreshToken === null || typeof value.refreshToken === 'string');
}

function change(next: State): void {
  present = next;
  try {
    if (next.session === null) sessionStorage.removeItem(STORED_AS);
    else sessionStorage.setItem(STORED_AS, JSON.stringify(next.session));
  } catch {
    // A browser can forbid storage in the frame of another site: the session then lasts until the page is loaded again.
  }
  for (const listener of listeners) listener();
}

/** Keeps the session in this tab; every part that uses it is drawn again. */
export const signIn = (session: Session): void => change({ session, hasEnded: false });

/** Forgets the session. Whoever holds the secret elsewhere can go on using it. */
export const signOut = (): void => change({ session: null, hasEnded: false });

/** The API no longer accepts the session: the person has to sign in again, and goes on where they were. */
export const endSession = (): void => change({ session: null, hasEnded: true });

/** The session of this tab, null when nobody is signed in. */
export const presentSession = (): Session | null => present.session;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The session of this tab; draws again when it changes. */
export const useSession = (): Session | null => useSyncExternalStore(subscribe, presentSession);

/** Whether the API ended the session of this tab, so that the person has to sign in again. */
export const useHasEnded = (): boolean => useSyncExternalStore(subscribe, () => present.hasEnded);
