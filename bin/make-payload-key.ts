// `node dist/bin/make-payload-key.js [ID]`: makes a key for ALLOT_PAYLOAD_KEYS and prints it; see docs/encryption.md.
import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import { KEY_BYTES, readPayloadKeys } from '../temporal/encryption/payload-keys.ts';

const MONTH_CHARS = 'YYYY-MM'.length;

/** The month: a key is usually known by the time since when it encrypts. */
const idOfToday = () => new Date().toISOString().slice(0, MONTH_CHARS);

const command = new Command('npm run make-payload-key --')
  .description(
    'Makes a random key for the payloads that go to Temporal and prints it, for ALLOT_PAYLOAD_KEYS. It is stored nowhere.',
  )
  .argument('[id]', 'its name, by which payloads say which key they need', idOfToday())
  .action((id: string) => {
    const entry = `${id}:${randomBytes(KEY_BYTES).toString('base64')}`;
    // Refused here is better than at the next start.
    readPayloadKeys(entry);
    console.log(entry);
    if (process.stdout.isTTY)
      console.error('Put it first in ALLOT_PAYLOAD_KEYS of every process, the older keys after it, and keep a copy.');
  });

try {
  await command.parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
