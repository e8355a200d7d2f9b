import type { ClientInterceptors } from '@temporalio/client';
import { tracesAreOn } from '../runtime/telemetry/traces.ts';

/** What a client needs to pass traces on to workflows; nothing while traces are off. */
export async function clientTraces(): Promise<ClientInterceptors> {
  if (!tracesAreOn()) return {};
  const { OpenTelemetryWorkflowClientInterceptor } = await import('@temporalio/interceptors-opentelemetry-v2');
  return { workflow: [new OpenTelemetryWorkflowClientInterceptor()] };
}
