import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { withoutNames } from './trace-exporter.ts';

/** What records the traces of a process. */
export interface TraceParts {
  /** Sends what is recorded, and ends. Never rejects. */
  readonly stop: () => Promise<void>;
}

/**
 * Sends the traces of this process to an OTLP receiver, by HTTP with protobuf. OpenTelemetry's own variables say where,
 * how many of them and under which name: `OTEL_EXPORTER_OTLP_ENDPOINT` (default: http://localhost:4318),
 * `OTEL_TRACES_SAMPLER`, `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_BSP_*`.
 */
export function startTraces(service: string): TraceParts {
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': service }))
    .merge(detectResources({ detectors: [envDetector] }));
  const provider = new NodeTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(withoutNames(new OTLPTraceExporter()))],
  });
  provider.register();
  return { stop: () => provider.shutdown().catch(() => undefined) };
}
