import { join, relative } from 'node:path';
import { payloadEncryption } from '../temporal/encryption/payload-encryption.ts';
import { CannotStart } from './cannot-start.ts';
import { checkGround, claim, dropData } from './claim.ts';
import type { DemoContext } from './demo-context.ts';
import { devKeyFile } from './dev-key.ts';
import { dataDir, HOST, readStartSettings, type StartSettings } from './settings.ts';
import { runSteps } from './steps.ts';
import { mailsDir, System } from './system.ts';

// One Ctrl-C can arrive twice: from the terminal, and passed on by npm. Only a later one means "now".
const SAME_KEYPRESS_MS = 700;
const FORCED_EXIT_CODE = 130;
const MS_PER_SECOND = 1_000;

const say = (line: string) => console.log(line);

/** Plays the demonstration on the running system, and prints what it does. */
type RunDemo = (context: DemoContext) => Promise<void>;

/** `npm start`: brings the whole system up and keeps it up until Ctrl-C; with `--demo` plays the demonstration. */
export async function start(args: string[], runDemo: RunDemo): Promise<void> {
  // A terminal that was closed must not turn the orderly end into a crash.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  try {
    // What is written holds keys, mails and data: it is for this user alone. Root's PostgreSQL runs as another user,
    // who enters folders.
    process.umask(process.getuid?.() === 0 ? 0o066 : 0o077);
    const settings = readStartSettings(args);
    // A setting that cannot be read is refused before anything starts.
    payloadEncryption();
    await claim(settings);
    await checkGround(settings, say);
    if (settings.reset) await dropData(say);
    await bringUp(settings, runDemo);
  } catch (error) {
    console.error(error instanceof CannotStart ? error.message : `Allot could not start. ${reasonOf(error)}`);
    process.exit(1);
  }
}

async function bringUp(settings: StartSettings, runDemo: RunDemo): Promise<void> {
  const startedAt = performance.now();
  const system = new System(settings, say);
  const ending = endOnSignal(system);
  try {
    await runSteps(system.steps());
  } catch (error) {
    // Ctrl-C while starting: only steps that are no longer wanted have failed.
    if (ending.isEnding()) return;
    await system.stop();
    throw error;
  }
  if (ending.isEnding()) return;
  say(
    `\nReady in ${((performance.now() - startedAt) / MS_PER_SECOND).toFixed(1)} s.\n${whereToLook(system, settings)}\n`,
  );
  if (settings.demo) await demonstrate(system, settings, { runDemo, isEnding: ending.isEnding });
}

function endOnSignal(system: System): { isEnding(): boolean } {
  let firstAt: number | undefined;
  const end = async (signal: NodeJS.Signals) => {
    if (firstAt === undefined) {
      firstAt = performance.now();
      say(`\n${signal}: stopping in order (API, worker, Temporal, PostgreSQL); once more to force it`);
      await system.stop();
      say('All stopped; the data stays.');
      process.exit(0);
    }
    if (performance.now() - firstAt < SAME_KEYPRESS_MS) return;
    say('Forced: ending everything now');
    system.kill();
    process.exit(FORCED_EXIT_CODE);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(signal));
  return { isEnding: () => firstAt !== undefined };
}

async function demonstrate(
  system: System,
  settings: StartSettings,
  { runDemo, isEnding }: { readonly runDemo: RunDemo; isEnding(): boolean },
): Promise<void> {
  const { apiUrl, apiKey, temporalAddress, temporalUiUrl } = system;
  try {
    const receivedIn = settings.smtpUrl === undefined ? mailsDir : undefined;
    const { namespace } = settings;
    const keysFile = join(dataDir, 'demo-keys');
    await runDemo({ apiUrl, apiKey, temporalAddress, namespace, temporalUiUrl, mailsDir: receivedIn, keysFile });
    say('\nThe demonstration is over; all keeps running. Ctrl-C stops it.');
  } catch (error) {
    if (!isEnding())
      say(`\nThe demonstration did not reach its end: ${reasonOf(error)}\nAll keeps running. Ctrl-C stops it.`);
  }
}

function whereToLook(system: System, settings: StartSettings): string {
  const keyFile = relative(process.cwd(), devKeyFile);
  return [
    `  Console          ${system.apiUrl}/   (sign in with the development key below)`,
    `  API              ${system.apiUrl}   (to read and try: ${system.apiUrl}/docs)`,
    ...(system.temporalUiUrl === undefined ? [] : [`  Temporal UI      ${system.temporalUiUrl}`]),
    `  Temporal         ${system.temporalAddress}`,
    `  PostgreSQL       ${psqlCommand(system, settings)}`,
    ...(settings.smtpUrl === undefined
      ? [`  E-mails          ${relative(process.cwd(), mailsDir)}/   (open the .html files)`]
      : []),
    ...payloadLine(),
    `  Logs             ${relative(process.cwd(), join(dataDir, 'logs'))}/`,
    `  Development key  ${system.apiKey}   (kept in ${keyFile})`,
    '',
    `  Try:  curl -H "Authorization: Bearer $(cat ${keyFile})" ${system.apiUrl}/v1/entitlements`,
    '  Ctrl-C stops all of it; the data stays.',
  ].join('\n');
}

/** With keys, people see in the Temporal UI what others cannot read in Temporal's data. */
function payloadLine(): string[] {
  const { hasKeys, writingKey } = payloadEncryption();
  if (!hasKeys) return [];
  return [
    writingKey === null
      ? '  Payloads         written as they are; older ones are decrypted'
      : `  Payloads         encrypted with the key ${writingKey}; the Temporal UI decrypts them`,
  ];
}

// Without the password in it, which would stay in terminals and screenshots.
function psqlCommand(system: System, { databaseUrl, ports }: StartSettings): string {
  if (databaseUrl === undefined) {
    const passwordFile = relative(process.cwd(), join(dataDir, 'postgres-password'));
    return `PGPASSWORD=$(cat ${passwordFile}) psql -h ${HOST} -p ${ports.postgres} -U allot allot`;
  }
  if (!URL.canParse(system.databaseUrl)) return 'DATABASE_URL';
  const url = new URL(system.databaseUrl);
  url.password = '';
  return url.href;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
