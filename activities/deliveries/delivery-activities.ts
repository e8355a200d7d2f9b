import { ApplicationFailure } from '@temporalio/common';
import type {
  AttemptReport,
  DeliveryActivities,
  DeliveryStore,
  Outgoing,
  SendingActivities,
} from '../../workflows/deliveries/ports.ts';
import { noteAttempt } from './delivery-metrics.ts';

/** What a sender reports about an attempt. The caller measures the time. */
export type SendResult = Pick<AttemptReport, 'outcome' | 'statusCode' | 'error' | 'response'>;
export type Send<Kind extends Outgoing['kind']> = (outgoing: Extract<Outgoing, { kind: Kind }>) => Promise<SendResult>;

export const createDeliveryActivities = (store: DeliveryStore): DeliveryActivities => ({
  recordAttempt: (attempt) => store.record(attempt),
  redeliveryOf: (id) => store.redeliveryOf(id),
});

export const createSendingActivities = (
  store: DeliveryStore,
  senders: { readonly webhook: Send<'webhook'>; readonly email: Send<'email'> },
): SendingActivities => ({
  sendDelivery: async (id, redelivery) => {
    const outgoing = await store.read(id, redelivery).catch((cause: unknown) => {
      throw ApplicationFailure.create({ message: 'The database did not answer.', cause: asError(cause) });
    });
    if (outgoing === undefined) return null;
    const at = Date.now();
    const startedAt = performance.now();
    const result = await (outgoing.kind === 'webhook' ? senders.webhook(outgoing) : senders.email(outgoing));
    const url = outgoing.kind === 'webhook' ? outgoing.url : null;
    const durationMs = performance.now() - startedAt;
    noteAttempt(outgoing.kind, result.outcome, durationMs / 1_000);
    return { ...result, url, at, durationMs: Math.round(durationMs) };
  },
});

const asError = (cause: unknown): Error => (cause instanceof Error ? cause : new Error(String(cause)));
