/** Where the metrics of a worker are served. */
export interface MetricsAddress {
  readonly host: string;
  readonly port: number;
}

const DEFAULT_ADDRESS = '127.0.0.1:9464';
const LARGEST_PORT = 65_535;

/**
 * `ALLOT_METRICS_ADDRESS`, a host and a port (default: 127.0.0.1:9464); null where it is `off`. Throws when it is
 * neither.
 */
export function readMetricsAddress(env: NodeJS.ProcessEnv = process.env): MetricsAddress | null {
  const text = env.ALLOT_METRICS_ADDRESS || DEFAULT_ADDRESS;
  if (text === 'off') return null;
  const [, host = '', digits = ''] = /^\[?([^\]]+?)\]?:(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (host === '' || port > LARGEST_PORT)
    throw new Error(
      `ALLOT_METRICS_ADDRESS is ${text}: it must be a host and a port such as ${DEFAULT_ADDRESS}, or off.`,
    );
  return { host, port };
}
