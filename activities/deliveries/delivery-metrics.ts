import { Histogram } from 'prom-client';
import { metrics, SECONDS } from '../../runtime/telemetry/registry.ts';
import type { AttemptReport, Outgoing } from '../../workflows/deliveries/ports.ts';

const attempts = new Histogram({
  name: 'allot_delivery_attempt_seconds',
  help: 'Time of an attempt to send a webhook or an e-mail, by what became of it',
  labelNames: ['kind', 'outcome'],
  buckets: SECONDS,
  registers: [metrics],
});

/** Counts and times an attempt of a delivery. */
export const noteAttempt = (kind: Outgoing['kind'], outcome: AttemptReport['outcome'], seconds: number): void =>
  attempts.observe({ kind, outcome }, seconds);
