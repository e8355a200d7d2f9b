import { createHash } from 'node:crypto';
import { jsonParameter, type Sql } from './connect.ts';
import { wakeDispatchers } from './deliveries.ts';

export interface NewEmail {
  /** Says what it is about and to whom, the same each time: it is sent once. */
  readonly key: string;
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
export async function enqueueEmail(tx: Sql, { key, to, subject, text, html }: NewEmail): Promise<string> {
  const id = `dlv_${hashOf(key)}`;
  await tx`
    insert into deliveries (id, kind, key, target, email)
    values (${id}, 'email', ${key}, ${to}, ${jsonParameter(tx, { subject, text, html })})
    on conflict do nothing`;
  await wakeDispatchers(tx);
  return id;
}
