/** The settings of the codec endpoint, from environment variables; see docs/encryption.md. */
export interface CodecSettings {
  readonly host: string;
  readonly port: number;
  /** The pages that may ask from a browser: those of the Temporal UI. */
  readonly origins: readonly string[];
  /** Whether the cookie of a person who signed in travels over TLS alone. */
  readonly isSecure: boolean;
  /** A part of the path that lets in whoever knows it; null: nobody is let in without a key. */
  readonly pathSecret: string | null;
}

const DEFAULT_PORT = 8281;
const SHORTEST_SECRET = 32;
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** Throws with a message that names the variable when a value is not valid. */
export function readCodecSettings(env: NodeJS.ProcessEnv = process.env): CodecSettings {
  const port = Number(env.ALLOT_CODEC_PORT || DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`ALLOT_CODEC_PORT is ${env.ALLOT_CODEC_PORT}: it must be 0 to 65535.`);
  const host = env.ALLOT_CODEC_HOST || '127.0.0.1';
  const url = env.ALLOT_CODEC_URL || `http://127.0.0.1:${port}`;
  return {
    host,
    port,
    origins: [...new Set((env.ALLOT_TEMPORAL_UI_URL || '').split(',').filter(Boolean).flatMap(originsOf))],
    isSecure: url.startsWith('https:'),
    pathSecret: pathSecretFrom(env.ALLOT_CODEC_PATH_SECRET, host),
  };
}

/** People type either name of this machine. */
function originsOf(given: string): readonly string[] {
  const text = given.trim();
  if (!/^https?:\/\//.test(text) || !URL.canParse(text))
    throw new Error(`ALLOT_TEMPORAL_UI_URL is ${given}: it must be an address such as http://127.0.0.1:8233.`);
  const { origin, protocol, hostname, port } = new URL(text);
  return LOOPBACK.has(hostname) ? ['127.0.0.1', 'localhost'].map((name) => `${protocol}//${name}:${port}`) : [origin];
}

function pathSecretFrom(given: string | undefined, host: string): string | null {
  if (given === undefined || given === '') return null;
  if (given.length < SHORTEST_SECRET || !/^[\w-]+$/.test(given))
    throw new Error(`ALLOT_CODEC_PATH_SECRET must have ${SHORTEST_SECRET} or more letters, digits, - and _.`);
  if (!LOOPBACK.has(host))
    throw new Error('ALLOT_CODEC_PATH_SECRET works on the loopback address alone: others see addresses in their logs.');
  return given;
}
