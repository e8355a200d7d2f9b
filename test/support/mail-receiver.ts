import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  readonly from: string;
  readonly to: string;
  /** As it came over the wire. */
  readonly source: string;
}

/** A mail server on the loopback address, for as long as it is started; answers recipients as it is told. */
export class MailReceiver {
  readonly received: ReceivedMail[] = [];
  readonly port: number;
  /** The SMTP answer to a recipient instead of 250: its code and text. */
  refusal: { readonly code: number; readonly text: string } | undefined;
  #server: SMTPServer | undefined;

  constructor(port: number) {
    this.port = port;
  }

  async start(): Promise<void> {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo: (_address, _session, done) => {
        const { refusal } = this;
        done(refusal && Object.assign(new Error(refusal.text), { responseCode: refusal.code }));
      },
      onData: (stream, { envelope }, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
          const to = envelope.rcptTo.map(({ address }) => address).join(', ');
          this.received.push({ from, to, source: Buffer.concat(chunks).toString('utf8') });
          done();
        });
      },
    });
    server.on('error', () => undefined);
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) await new Promise<void>((resolve) => server.close(resolve));
  }

  /** What came with this in its headers or text. */
  with(text: string): readonly ReceivedMail[] {
    return this.received.filter(({ source }) => source.includes(text));
  }
}
