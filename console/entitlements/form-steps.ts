import { newIdempotencyKey } from '../../client/persistent-fetch.ts';
import { api } from '../data/api.ts';
import { NoAnswer } from '../data/api-problem.ts';
import type { Body } from './form-body.ts';
import type { Attempt } from './form-draft.ts';
import type { Entitlement } from './form-values.ts';

/** The steps in which changes reach the API. */
export type Step = 'deactivate' | 'save' | 'activate' | 'default';

/** A step that was refused or not answered. `record` is the entitlement as the steps before it left it. */
export interface Stopped {
  readonly step: Step;
  readonly error: unknown;
  readonly record: Entitlement;
}

export interface Change {
  readonly record: Entitlement;
  /** The fields to change; empty: none. */
  readonly patch: Body;
  readonly activate: boolean;
  /** It was the customer's default before it was deactivated. */
  readonly makeDefault: boolean;
  readonly reason: string;
}

/** One key for each content of a step, so that a repeated step does nothing twice. */
export type KeyFor = (step: Step, content: unknown) => string;

/** Keys for the steps of one form, as long as its page is open. */
export function stepKeys(): KeyFor {
  const keys = new Map<string, string>();
  return (step, content) => {
    const of = JSON.stringify([step, content]);
    const key = keys.get(of) ?? newIdempotencyKey();
    keys.set(of, key);
    return key;
  };
}

const answered = (data: Entitlement | undefined): Entitlement => {
  if (data === undefined) throw new NoAnswer();
  return data;
};

export async function readEntitlement(id: string): Promise<Entitlement> {
  const { data } = await api.GET('/v1/entitlements/{id}', { params: { path: { id } } });
  return answered(data);
}

type Command = 'activate' | 'deactivate' | 'set-default';

async function command(kind: Command, id: string, key: string, reason: string): Promise<Entitlement> {
  const params = { path: { id }, header: { 'Idempotency-Key': key } };
  const body = reason === '' ? {} : { reason };
  if (kind === 'set-default')
    return answered((await api.POST('/v1/entitlements/{id}/set-default', { params, body })).data);
  const { data } =
    kind === 'activate'
      ? await api.POST('/v1/entitlements/{id}/activate', { params, body })
      : await api.POST('/v1/entitlements/{id}/deactivate', { params, body });
  return answered(data);
}

async function save({ id, version }: Entitlement, patch: Body, key: string, reason: string): Promise<Entitlement> {
  const query = reason === '' ? {} : { reason };
  const { data } = await api.PATCH('/v1/entitlements/{id}', {
    params: { path: { id }, query },
    body: patch,
    headers: { 'If-Match': `"${version}"`, 'Idempotency-Key': key },
  });
  return answered(data);
}

/**
 * Deactivates what is active or waiting, saves the changes, and activates if asked, one after the other; `onStep` is
 * told which is under way. Ends at the first step that fails and says where.
 */
export async function runSteps(
  change: Change,
  keyFor: KeyFor,
  onStep: (step: Step) => void,
): Promise<{ readonly record: Entitlement; readonly stopped: Stopped | null }> {
  const { patch, reason } = change;
  const isLive = change.record.status === 'active' || change.record.status === 'waiting';
  let { record } = change;
  let step: Step = 'deactivate';
  const at = (next: Step) => {
    step = next;
    onStep(next);
    return keyFor(next, [record.version, next === 'save' ? patch : reason]);
  };
  try {
    if (isLive) record = await command('deactivate', record.id, at('deactivate'), reason);
    if (Object.keys(patch).length > 0) record = await save(record, patch, at('save'), reason);
    if (change.activate) record = await command('activate', record.id, at('activate'), reason);
    if (change.activate && change.makeDefault && record.status === 'active')
      record = await command('set-default', record.id, at('default'), reason);
    return { record, stopped: null };
  } catch (error) {
    return { record, stopped: { step, error, record } };
  }
}

const post = async (body: string, key: string): Promise<Entitlement> => {
  const { data } = await api.POST('/v1/entitlements', {
    params: { header: { 'Idempotency-Key': key } },
    body: JSON.parse(body),
  });
  return answered(data);
};

/**
 * Creates one draft, however often it is tried. `attempt` is an earlier try that was not answered and may have made the
 * draft: that try is settled first, and `isEarlier` says that the draft has its fields, which may not be the present
 * ones. `onAttempt` keeps the try that is under way; null once it was answered.
 */
export async function create(
  body: Body & { readonly templateId?: string },
  attempt: Attempt | null,
  onAttempt: (attempt: Attempt | null) => void,
): Promise<{ readonly record: Entitlement; readonly isEarlier: boolean }> {
  const text = JSON.stringify(body);
  const first = attempt ?? { key: newIdempotencyKey(), body: text };
  onAttempt(first);
  try {
    const record = await post(first.body, first.key);
    onAttempt(null);
    return { record, isEarlier: first.body !== text };
  } catch (error) {
    if (error instanceof NoAnswer) throw error;
    onAttempt(null);
    if (first.body === text) throw error;
  }
  // The earlier try was refused, so it made nothing.
  return await create(body, null, onAttempt);
}
