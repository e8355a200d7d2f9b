import { createTransport } from 'nodemailer';
import type { Send, SendResult } from './delivery-activities.ts';

/** Together less than the time that an attempt may take. */
const CONNECT_WITHIN_MS = 8_000;
const ANSWER_WITHIN_MS = 10_000;

/** The commands by which a server accepts or refuses this e-mail for this recipient. */
const ABOUT_THE_MAIL = new Set(['RCPT TO', 'DATA']);

/** Sends e-mails over SMTP. A permanent refusal by the server (5xx) is final; every other failure is tried again. */
export function createMailSender({ smtpUrl, mailFrom }: { smtpUrl: string | null; mailFrom: string }): Send<'email'> {
  if (smtpUrl === null)
    return async () => ({
      outcome: 'failed',
      statusCode: null,
      error: 'No mail server is set: SMTP_URL is empty.',
      response: null,
    });
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: CONNECT_WITHIN_MS,
    greetingTimeout: CONNECT_WITHIN_MS,
    socketTimeout: ANSWER_WITHIN_MS,
    // E-mails are only texts: they never make this process read a file or a URL.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return async ({ to, subject, text, html, messageId }) => {
    try {
      const { response } = await transport.sendMail({ from: mailFrom, to, subject, text, html, messageId });
      return { outcome: 'delivered', statusCode: codeIn(response), error: null, response };
    } catch (error) {
      return refusal(error);
    }
  };
}

const codeIn = (response: string): number | null => Number(/^\d{3}/.exec(response)?.[0] ?? Number.NaN) || null;

function refusal(error: unknown): SendResult {
  const { responseCode, command, message } = error as { responseCode?: number; command?: string; message?: string };
  const statusCode = responseCode ?? null;
  const isFinal = statusCode !== null && statusCode >= 500 && ABOUT_THE_MAIL.has(command ?? '');
  return { outcome: isFinal ? 'refused' : 'failed', statusCode, error: message ?? String(error), response: null };
}
