/** How events and e-mails are sent; see docs/events.md. */
export interface DeliverySettings {
  /** Allows webhooks over http and to private addresses, for development and tests. */
  readonly allowPrivate: boolean;
  /** Null: e-mails wait. */
  readonly smtpUrl: string | null;
  readonly mailFrom: string;
  /** The most attempts under way at one time for one webhook. */
  readonly perWebhook: number;
}

const DEFAULT_PER_WEBHOOK = 10;
const MOST_PER_WEBHOOK = 50;
const DEFAULT_MAIL_FROM = 'Allot <allot@localhost>';

/** Throws an Error that says which setting cannot be read, and what it must be. */
export function readDeliverySettings(env: NodeJS.ProcessEnv = process.env): DeliverySettings {
  const allow = env.ALLOT_WEBHOOK_ALLOW_PRIVATE || 'false';
  if (allow !== 'true' && allow !== 'false')
    throw new Error(`ALLOT_WEBHOOK_ALLOW_PRIVATE is "${allow}": it must be true or false.`);
  const smtpUrl = env.SMTP_URL || null;
  // The error does not show the URL, because that holds a password.
  if (smtpUrl !== null && !(URL.canParse(smtpUrl) && /^smtps?:$/.test(new URL(smtpUrl).protocol)))
    throw new Error(
      'SMTP_URL is not the address of a mail server. Use one such as smtp://user:password@mail.example.com:587.',
    );
  const perWebhook = Number(env.ALLOT_DELIVERIES_PER_WEBHOOK || DEFAULT_PER_WEBHOOK);
  if (!Number.isInteger(perWebhook) || perWebhook < 1 || perWebhook > MOST_PER_WEBHOOK)
    throw new Error(`ALLOT_DELIVERIES_PER_WEBHOOK must be a whole number from 1 to ${MOST_PER_WEBHOOK}.`);
  return { allowPrivate: allow === 'true', smtpUrl, mailFrom: env.ALLOT_MAIL_FROM || DEFAULT_MAIL_FROM, perWebhook };
}
