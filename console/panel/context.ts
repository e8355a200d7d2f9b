import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useConsoleStart } from '../data/console-start.ts';

/** The case that the agent has on the screen of the case system. */
export interface PanelContext {
  readonly customer: string | undefined;
  readonly contact: string | undefined;
  readonly product: string | undefined;
  readonly channel: string | undefined;
  readonly case: string | undefined;
}

const NAMES = ['customer', 'contact', 'product', 'channel', 'case'] as const;
const MESSAGE = 'allot.context';
/** The longest id that the API takes. */
const LONGEST = 200;

/**
 * What the case system says about the case: the query of the panel's address, which messages of the page around the panel
 * change. Only pages of `ALLOT_PANEL_ANCESTORS` are listened to, and only the page that holds the panel.
 */
export function usePanelContext(): PanelContext {
  const context = useSearch({ from: '/panel' });
  const navigate = useNavigate({ from: '/panel' });
  const { data: start } = useConsoleStart();
  useEffect(() => {
    if (start === undefined) return undefined;
    const { panelAncestors } = start;
    const listen = ({ source, origin, data }: MessageEvent<unknown>) => {
      if (source !== window.parent || !panelAncestors.includes(origin)) return;
      const sent = contextIn(data);
      if (sent !== undefined) void navigate({ search: () => sent, replace: true });
    };
    window.addEventListener('message', listen);
    tellHosts(panelAncestors, { type: 'allot.ready' });
    return () => window.removeEventListener('message', listen);
  }, [start, navigate]);
  return context;
}

/** The context of a message `{type: 'allot.context', customer, contact?, product?, channel?, case?}`; else undefined. */
function contextIn(data: unknown): PanelContext | undefined {
  if (typeof data !== 'object' || data === null || !('type' in data) || data.type !== MESSAGE) return undefined;
  const given = new Map<string, unknown>(Object.entries(data));
  const textOf = (name: (typeof NAMES)[number]): string | undefined => {
    const value = given.get(name);
    return typeof value === 'string' && value !== '' && value.length <= LONGEST ? value : undefined;
  };
  return {
    customer: textOf('customer'),
    contact: textOf('contact'),
    product: textOf('product'),
    channel: textOf('channel'),
    case: textOf('case'),
  };
}

/** What the panel tells the page around it. It holds ids that the page sent, and nothing that the page may not know. */
type PanelMessage =
  | { readonly type: 'allot.ready' }
  | { readonly type: 'allot.attached'; readonly case: string; readonly entitlement: string | null };

/** Tells the page around the panel. The browser delivers it only if that page is of one of these origins. */
export function tellHosts(origins: readonly string[], message: PanelMessage): void {
  if (window.parent === window) return;
  // Most browsers say which origin it is; the others log each message that they do not deliver.
  const [around] = window.location.ancestorOrigins ?? [];
  for (const origin of origins)
    if (around === undefined || around === origin) window.parent.postMessage(message, origin);
}
