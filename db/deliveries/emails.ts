import { createHash } from 'node:crypto';
import { jsonParameter } from '../postgres/connect.ts';
import type { Sql } from '../postgres/sql.ts';
import { wakeDispatchers } from './deliveries.ts';

export interface NewEmail {
  /** Names the occasion and the recipient. An e-mail with a key that came before is not sent again. */
  readonly key: string;
  /** The record that it is about. A later e-mail about the same record supersedes this one while it waits. */
  readonly about: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 24);

/** The same for the same key, so a mailbox that gets an e-mail twice recognises it. */
export const messageIdOf = (key: string): string => `<${hashOf(key)}@allot>`;

/**
 * Records an e-mail in the same transaction as the change that it reports. The worker sends it, and tries for days. An
 * e-mail with the same key that is already there stays as it is. Returns the id of the delivery.
 */
export async function enqueueEmail(tx: Sql, { key, about, to, subject, text, html }: NewEmail): Promise<string> {
  const id = `dlv_${hashOf(key)}`;
  await tx`
    insert into deliveries (id, kind, key, about, target, email)
    values (${id}, 'email', ${key}, ${about}, ${to}, ${jsonParameter(tx, { subject, text, html })})
    on conflict do nothing`;
  await wakeDispatchers(tx);
  return id;
}

/**
 * Stops the e-mails about a record that still wait, for example because the mail server is away: what they say is no
 * longer true. Returns the addresses they would have gone to. The stored status is `overtaken`.
 */
export async function supersedeEmails(tx: Sql, about: string, reason: string): Promise<string[]> {
  const superseded = await tx<{ target: string }[]>`
    update deliveries set status = 'overtaken', reason = ${reason}, next_attempt_at = null, updated_at = now()
    where about = ${about} and kind = 'email' and status = 'pending'
    returning target`;
  return superseded.map(({ target }) => target);
}
