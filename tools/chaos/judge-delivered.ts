import type { Finding, RunRecord } from './judge-record.ts';

/** Every event for the webhook and every mail came at least once, always with the same id and content. */
export function* judgeDeliveries({ stored, received, mails }: RunRecord): Generator<Finding> {
  const came = new Map<string, { readonly id: string; readonly body: string }>();
  for (const { id, body } of received) {
    const { key } = JSON.parse(body) as { key: string };
    const first = came.get(key);
    if (first === undefined) came.set(key, { id, body });
    else if (first.id !== id || first.body !== body)
      yield {
        verdict: 'inconsistent',
        what: 'an event came again as another',
        about: key,
        evidence: { first, id, body },
      };
  }
  const mailed = new Set(mails);
  for (const { id, kind, key, status } of stored.deliveries) {
    if (status === 'overtaken') continue;
    const didCome = kind === 'webhook' ? came.has(key) : mailed.has(`<${id.replace(/^dlv_/, '')}@allot>`);
    if (!didCome) yield { verdict: 'lost', what: `a ${kind} did not come (${status})`, about: key, evidence: id };
    else if (status !== 'delivered')
      yield { verdict: 'stuck', what: `a ${kind} came, and is ${status}`, about: key, evidence: id };
  }
  if (stored.undispatched > 0)
    yield { verdict: 'stuck', what: `${stored.undispatched} events have no deliveries`, about: 'events' };
}
