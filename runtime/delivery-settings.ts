/** How events and e-mails leave the house; see docs/events.md. */
export interface DeliverySettings {
  /** Webhooks may be http, and lead to private addresses: for development and tests. */
  readonly allowPrivate: boolean;
  /** Null: e-mails wait. */
  readonly smtpUrl: string | null;
  readonly mailFrom: string;
}

const DEFAULT_MAIL_FROM = 'Allot <allot@localhost>';

/** Throws with a clear line for an `SMTP_URL` that is none, or an `ALLOT_WEBHOOK_ALLOW_PRIVATE` that is neither. */
export function readDeliverySettings(env: NodeJS.ProcessEnv = process.env): DeliverySettings {
  const allow = env.ALLOT_WEBHOOK_ALLOW_PRIVATE || 'false';
  if (allow !== 'true' && allow !== 'false')
    throw new Error(`ALLOT_WEBHOOK_ALLOW_PRIVATE is "${allow}": it must be true or false.`);
  const smtpUrl = env.SMTP_URL || null;
  // Without its text, which holds a password.
  if (smtpUrl !== null && !(URL.canParse(smtpUrl) && /^smtps?:$/.test(new URL(smtpUrl).protocol)))
    throw new Error('SMTP_URL is no address of a mail server, such as smtp://user:password@mail.example.com:587.');
  return { allowPrivate: allow === 'true', smtpUrl, mailFrom: env.ALLOT_MAIL_FROM || DEFAULT_MAIL_FROM };
}
