import { createServer, type Server } from 'node:http';
import { SMTPServer } from 'smtp-server';
import { lastingPort } from '../../dev/free-port.ts';
import { listenOnLoopback, portOf } from '../../dev/listening.ts';

/** What came to the webhook: the id of the event, and what was sent. */
export interface ReceivedEvent {
  readonly id: string;
  readonly body: string;
}

/** Where webhooks and mails of a run go: both take everything, and keep what they need to judge it. */
export class Sinks {
  readonly events: ReceivedEvent[] = [];
  /** The Message-ID of every mail. */
  readonly mails: string[] = [];
  readonly #http: Server;
  readonly #smtp: SMTPServer;
  readonly #smtpPort: number;

  private constructor(smtpPort: number) {
    this.#smtpPort = smtpPort;
    this.#http = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        this.events.push({ id: String(request.headers['webhook-id']), body });
        response.writeHead(204).end();
      });
    });
    this.#smtp = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData: (stream, _session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const id = /^message-id:\s*(<[^>]+>)/im.exec(Buffer.concat(chunks).toString('utf8'))?.[1];
          this.mails.push(id ?? 'a mail without an id');
          done();
        });
      },
    });
    this.#smtp.on('error', () => undefined);
  }

  static async start(): Promise<Sinks> {
    const sinks = new Sinks(await lastingPort());
    await listenOnLoopback(sinks.#http);
    await new Promise<void>((resolve) => sinks.#smtp.listen(sinks.#smtpPort, '127.0.0.1', resolve));
    return sinks;
  }

  get webhookUrl(): string {
    return `http://127.0.0.1:${portOf(this.#http)}/chaos`;
  }

  /** The settings with which workers and APIs send here. */
  get env(): NodeJS.ProcessEnv {
    return { SMTP_URL: `smtp://127.0.0.1:${this.#smtpPort}`, ALLOT_WEBHOOK_ALLOW_PRIVATE: 'true' };
  }

  async stop(): Promise<void> {
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
    await new Promise<void>((resolve) => this.#smtp.close(() => resolve()));
  }
}
