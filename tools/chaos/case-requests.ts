import type { HttpCall } from './caller.ts';
import type { AskedCase, Told, Way } from './journal.ts';

/** A case event in the forms in which it can be asked for. */

type Request = Pick<HttpCall, 'method' | 'path' | 'body'>;

/** The ways by which this may be asked, each with the same content; the first is always there. */
export function waysOf({ kind, content }: Pick<AskedCase, 'kind' | 'content'>): readonly Way[] {
  if (kind === 'move') return ['route'];
  if (kind === 'decrement' || content.override !== undefined) return ['route', 'list'];
  if (kind === 'attach' && content.to === undefined) return ['route', 'list'];
  return content.at === undefined ? ['route', 'async', 'list'] : ['route', 'async', 'list', 'signal'];
}

/** By its own route. */
export function routeRequest({ kind, content }: AskedCase): Request {
  const { caseId, to } = content;
  const path = `/v1/cases/${caseId}`;
  switch (kind) {
    case 'attach': {
      const named = to === undefined ? {} : { entitlementId: to };
      return { method: 'POST', path: '/v1/cases', body: { id: caseId, ...factsOf(content), ...named } };
    }
    case 'update':
      return { method: 'PATCH', path, body: factsOf(content) };
    case 'move':
      return { method: 'PATCH', path, body: { entitlementId: to } };
    default:
      return { method: 'POST', path: `${path}/${kind}`, body: factsOf(content) };
  }
}

/** As one of a list of events. */
export function listedEvent({ kind, key, content }: AskedCase): object {
  const named = kind === 'attach' && content.to !== undefined ? { entitlementId: content.to } : {};
  return { kind, key, caseId: content.caseId, ...factsOf(content), ...named };
}

/** As a signal to the workflow `content.at`. */
export function signalOf({ kind, key, content }: AskedCase): { readonly name: string; readonly content: object } {
  return { name: `${kind}Case`, content: { key, caseId: content.caseId, ...factsOf(content) } };
}

/** What is said beyond whom it is about. */
function factsOf({ customerId, channel, minutes, decrementEntitlementTerm, override }: AskedCase['content']): object {
  return {
    ...(customerId === undefined ? {} : { customerId }),
    ...(channel === undefined ? {} : { channel }),
    ...(minutes === undefined ? {} : { minutes }),
    ...(decrementEntitlementTerm === undefined ? {} : { decrementEntitlementTerm }),
    ...(override === undefined ? {} : { override }),
  };
}

/** Statuses after which nobody knows what became of the request: the same is asked again. */
const UNKNOWN = new Set([408, 429, 500, 502, 503, 504]);
export const isUnknown = (status: number): boolean => UNKNOWN.has(status);

/** What an answer of a route says. */
export function toldByRoute(status: number, body: Readonly<Record<string, unknown>>): Told {
  const { code, seq, change, remainingTerm, entitlementId, repeated } = body as Partial<Told>;
  const named = entitlementId === undefined ? {} : { entitlementId };
  if (status === 202) return { outcome: 'told', status, seq: null, ...named };
  if (status >= 400) {
    const marked = repeated === undefined ? {} : { repeated };
    return {
      outcome: 'refused',
      status,
      seq: seq ?? null,
      ...(code === undefined ? {} : { code }),
      ...named,
      ...marked,
      body,
    };
  }
  return {
    outcome: 'accepted',
    status,
    seq: seq ?? null,
    change: change ?? 0,
    remainingTerm: remainingTerm ?? null,
    ...named,
    body,
  };
}

/** What one result of a list says. */
export function toldByList(result: Readonly<Record<string, unknown>>): Told {
  const { outcome, code, seq, change, remainingTerm, entitlementId, repeated } = result as unknown as Told;
  return {
    outcome,
    status: 200,
    seq,
    ...(code === undefined ? {} : { code }),
    ...(change === undefined ? {} : { change }),
    ...(remainingTerm === undefined ? {} : { remainingTerm }),
    ...(entitlementId === undefined ? {} : { entitlementId }),
    ...(repeated === undefined ? {} : { repeated }),
  };
}
