/**
 * Whether this process records traces: `ALLOT_TRACES` says `on` or `off`; without it, they are on where OpenTelemetry's
 * own variables name a receiver. Throws for another value.
 */
export function readTraceSettings(env: NodeJS.ProcessEnv = process.env): { readonly isOn: boolean } {
  const wanted = env.ALLOT_TRACES ?? '';
  if (!['', 'on', 'off'].includes(wanted)) throw new Error(`ALLOT_TRACES is ${wanted}: it must be on or off.`);
  const hasReceiver = [env.OTEL_EXPORTER_OTLP_ENDPOINT, env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT].some(Boolean);
  const isRefused = env.OTEL_SDK_DISABLED === 'true' || env.OTEL_TRACES_EXPORTER === 'none' || wanted === 'off';
  return { isOn: !isRefused && (hasReceiver || wanted === 'on') };
}
