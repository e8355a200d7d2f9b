import { createHash } from 'node:crypto';
import { jsonParameter } from '../postgres/connect.ts';
import type { Sql } from '../postgres/sql.ts';
import { wakeDispatchers } from './deliveries.ts';

export interface NewEmail {
  /** Says what it is about and to whom, the same each time: it is sent once. */
  readonly key: string;
  /** The record that it is about: what is told of it later overtakes this one. */
  readonly about: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 24);

/** The same for the same key, so that a mailbox that gets an e-mail twice can tell. */
export const messageIdOf = (key: string): string => `<${hashOf(key)}@allot>`;

/**
 * Records an e-mail in the transaction of what it tells of. It is sent by itself, and tried for days; one with the same key
 * that is there already stays as it is. Answers the id of its delivery.
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
 * Those about a record that still wait, as their server is away for one, are not sent any more: what they say is not so any
 * longer. Answers whom they were to.
 */
export async function overtakeEmails(tx: Sql, about: string, reason: string): Promise<string[]> {
  const overtaken = await tx<{ target: string }[]>`
    update deliveries set status = 'overtaken', reason = ${reason}, next_attempt_at = null, updated_at = now()
    where about = ${about} and kind = 'email' and status = 'pending'
    returning target`;
  return overtaken.map(({ target }) => target);
}
