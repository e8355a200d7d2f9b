import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { mailPage, readMail } from './mail-page.ts';

export interface MailFolder {
  /** For `SMTP_URL`. */
  readonly url: string;
  stop(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
const MAX_MAIL_BYTES = 10_000_000;
const MAX_NAME = 80;

/**
 * A mail server for development: takes every e-mail from this machine and sends none on. Each is kept in `dir`, as it
 * came (`.eml`) and as a page for a browser (`.html`).
 */
export async function startMailFolder(dir: string): Promise<MailFolder> {
  await mkdir(dir, { recursive: true });
  let count = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    size: MAX_MAIL_BYTES,
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        count += 1;
        const to = envelope.rcptTo.map(({ address }) => address).join('_');
        keep(join(dir, nameOf(count, to)), Buffer.concat(chunks)).then(() => done(), done);
      });
    },
  });
  // A sender that disconnects halfway must not end this process.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  const address = server.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `smtp://${LOOPBACK}:${port}`,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

async function keep(file: string, mail: Buffer): Promise<void> {
  await writeFile(`${file}.eml`, mail);
  await writeFile(`${file}.html`, mailPage(await readMail(mail)));
}

/** File names sort by time; the count tells e-mails of the same moment apart. */
const nameOf = (count: number, to: string): string =>
  `${new Date().toISOString().replaceAll(':', '-')}-${count}-${to.replaceAll(/[^\w.@+-]/g, '_')}`.slice(0, MAX_NAME);
