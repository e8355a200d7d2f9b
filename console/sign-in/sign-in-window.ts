import { isSession, type Session } from '../data/session.ts';

/** Where a window asks the person to sign in for the page that opened it. */
export const WINDOW_ADDRESS = '/sign-in?window=true';

const MESSAGE = 'allot.session';

interface SessionMessage {
  readonly type: typeof MESSAGE;
  readonly session: Session;
}

const isSessionMessage = (value: unknown): value is SessionMessage =>
  typeof value === 'object' &&
  value !== null &&
  'type' in value &&
  value.type === MESSAGE &&
  'session' in value &&
  isSession(value.session);

/**
 * Opens a window in which the person signs in, so that this page stays as it is, and tells `onSession` the outcome.
 * Only the window's own messages count, and only while it is at this console. Answers false when the browser blocks
 * windows.
 */
export function askInWindow(onSession: (session: Session) => void): boolean {
  const asked = window.open(WINDOW_ADDRESS, 'allot-sign-in', 'popup,width=460,height=640');
  if (asked === null) return false;
  const listen = ({ source, origin, data }: MessageEvent<unknown>) => {
    if (source !== asked || origin !== window.location.origin || !isSessionMessage(data)) return;
    window.removeEventListener('message', listen);
    onSession(data.session);
  };
  window.addEventListener('message', listen);
  return true;
}

/** Gives the session to the page of this console that opened this window, and closes the window. False: there is none. */
export function giveToOpener(session: Session): boolean {
  const opener: unknown = window.opener;
  if (!isWindow(opener)) return false;
  const message: SessionMessage = { type: MESSAGE, session };
  opener.postMessage(message, window.location.origin);
  window.close();
  return true;
}

const isWindow = (value: unknown): value is Window =>
  typeof value === 'object' && value !== null && 'postMessage' in value;
