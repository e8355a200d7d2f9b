import { Counter, Gauge, Histogram } from 'prom-client';
import type { RefusalCode } from '../../domain/refusals.ts';
import { metrics, SIZES } from '../../runtime/telemetry/registry.ts';

const registers = [metrics];

/** The events of each update that goes to an entitlement. */
export const eventsTogether = new Histogram({
  name: 'allot_case_events_per_update',
  help: 'Case events that went together in one update of an entitlement',
  buckets: SIZES,
  registers,
});

const waiting = new Gauge({
  name: 'allot_case_requests_waiting',
  help: 'Requests whose case events wait until their entitlement takes another update',
  registers,
});

/** More, or with a negative number fewer, requests wait. */
export const noteWaiting = (more: number): void => waiting.inc(more);

const answers = new Counter({
  name: 'allot_case_events_total',
  help: 'Case events that were answered, by kind: a repeated one had its answer before',
  labelNames: ['kind', 'outcome'],
  registers,
});

const refusals = new Counter({
  name: 'allot_case_refusals_total',
  help: 'Case events that were refused, by code: with those that no entitlement decided and the ledger does not have',
  labelNames: ['code'],
  registers,
});

/** What is counted of the outcome of a case event. */
interface Answered {
  readonly outcome: string;
  readonly repeated: boolean;
  readonly code?: RefusalCode | null;
}

/** Counts an answered case event. */
export function noteAnswered(kind: string, answer: Answered): void {
  const { outcome, repeated, code } = answer;
  answers.inc({ kind, outcome: repeated ? 'repeated' : outcome });
  if (outcome === 'refused' && !repeated) refusals.inc({ code: code ?? 'unknown' });
}
