import { createServer, type Server } from 'node:http';
import { gunzipSync } from 'node:zlib';
import protobuf from 'protobufjs';
import { listenOnLoopback, portOf } from '../../dev/listening.ts';

/** The part of opentelemetry-proto that the traces of this project use, with its field numbers. */
const PROTO = `
  syntax = "proto3";
  message ExportTraceServiceRequest { repeated ResourceSpans resource_spans = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message ScopeSpans { repeated Span spans = 2; }
  message Span {
    bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
    fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9;
    repeated Event events = 11; repeated Link links = 13; Status status = 15;
  }
  message Event { string name = 2; }
  message Link { bytes trace_id = 1; bytes span_id = 2; }
  message Status { string message = 2; int32 code = 3; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; } }`;

const REQUEST = protobuf.parse(PROTO).root.lookupType('ExportTraceServiceRequest');
const AS_TEXT = { bytes: String, longs: String, defaults: true, arrays: true } as const;

/** A span as it was received. */
export interface ReceivedSpan {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first span of a trace. */
  readonly parentId: string;
  readonly name: string;
  /** Nanoseconds since 1970, as text. */
  readonly startNano: string;
  readonly endNano: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** The ids of the spans that it is linked to. */
  readonly links: readonly string[];
  readonly statusMessage: string;
  readonly eventNames: readonly string[];
}

interface RawAttribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: string; readonly doubleValue?: number };
}

interface RawSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly RawAttribute[];
  readonly events: readonly { readonly name: string }[];
  readonly links: readonly { readonly spanId: string }[];
  readonly status: { readonly message: string } | null;
}

interface RawRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly RawAttribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly RawSpan[] }[];
  }[];
}

/** A receiver of traces by OTLP over HTTP with protobuf, as a collector is one. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  /** Everything that came, as bytes: to look for what must not be in it. */
  readonly bodies: Buffer[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const sent = Buffer.concat(chunks);
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
      if (request.url === '/v1/traces') this.#take(body);
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  }

  static async start(): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver();
    await listenOnLoopback(receiver.#server);
    return receiver;
  }

  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  get endpoint(): string {
    return `http://127.0.0.1:${portOf(this.#server)}`;
  }

  /** The spans of a trace, from the first to the last. */
  trace(traceId: string): readonly ReceivedSpan[] {
    return this.spans
      .filter((span) => span.traceId === traceId)
      .sort((one, other) => (BigInt(one.startNano) < BigInt(other.startNano) ? -1 : 1));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #take(body: Buffer): void {
    this.bodies.push(body);
    const { resourceSpans } = REQUEST.toObject(REQUEST.decode(body), AS_TEXT) as RawRequest;
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = textsOf(resource.attributes)['service.name'] ?? '';
      for (const { spans } of scopeSpans) this.spans.push(...spans.map((span) => received(service, span)));
    }
  }
}

const received = (service: string, span: RawSpan): ReceivedSpan => ({
  service,
  traceId: hex(span.traceId),
  spanId: hex(span.spanId),
  parentId: hex(span.parentSpanId),
  name: span.name,
  startNano: span.startTimeUnixNano,
  endNano: span.endTimeUnixNano,
  attributes: textsOf(span.attributes),
  links: span.links.map(({ spanId }) => hex(spanId)),
  statusMessage: span.status?.message ?? '',
  eventNames: span.events.map(({ name }) => name),
});

const hex = (base64: string): string => Buffer.from(base64, 'base64').toString('hex');

const textsOf = (attributes: readonly RawAttribute[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [key, String(value.stringValue ?? value.intValue ?? value.doubleValue ?? '')]),
  );
