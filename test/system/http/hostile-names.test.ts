import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { createMailSender } from '../../../activities/deliveries/mail-sender.ts';
import { connect } from '../../../db/postgres/connect.ts';
import { startMailFolder } from '../../../dev/mail-folder.ts';
import { readMail } from '../../../dev/mail-page.ts';
import { aCustomer, anActive, ask } from '../../support/api-client.ts';
import { aKey } from '../../support/callers.ts';
import { dayFromNow } from '../../support/days.ts';
import { soon } from '../../support/waiting.ts';

/**
 * Names that are markup, script and mail headers: in mails people see them as they are written, and nothing runs or is
 * sent elsewhere. `test/browser/accessibility.test.ts` has the pages.
 */

const MARKUP = `<img src=x onerror="alert('1')"></td></script><script>alert(2)</script>&amp;`;
const HEADERS = `A\r\nBcc: all@example.com\r\n\r\n${MARKUP}`;

const sql = connect(inject('databaseUrl'), { max: 1 });
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'allot-hostile-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

async function aHostileRenewal() {
  const { email } = await aKey('account_manager');
  const manager = { name: HEADERS, email: email ?? '' };
  const customerId = await aCustomer({ name: HEADERS, accountManager: manager });
  const { id } = await anActive(customerId, {
    name: HEADERS,
    tier: '<b>gold</b>',
    endDate: dayFromNow(20),
    renewalPolicy: { noticeDays: 30 },
  });
  const renewalId = await soon(async () => {
    const { body } = await ask<{ items: { id: string }[] }>('GET', `/v1/renewals?entitlementId=${id}`);
    expect(body.items).toHaveLength(1);
    return body.items[0]?.id ?? '';
  });
  return { email: manager.email, renewalId };
}

interface Email {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

test('in a mail they are text, and add no header and no addressee', async () => {
  const { email, renewalId } = await aHostileRenewal();
  const mail = await soon(async () => {
    const [row] = await sql<{ email: Email }[]>`
      select email from deliveries where kind = 'email' and key like ${`${renewalId}:%:notice:%`}`;
    if (row === undefined) throw new Error('The mail is not written yet.');
    return row.email;
  });
  const folder = await startMailFolder(dir);
  const send = createMailSender({ smtpUrl: folder.url, mailFrom: 'Allot <allot@example.com>' });
  const { subject, text, html } = mail;
  const sent = { kind: 'email', messageId: '<1@example.com>', to: email, subject, text, html } as const;
  expect(await send(sent)).toMatchObject({ outcome: 'delivered' });
  const files = await readdir(dir);
  const source = await readFile(join(dir, files.find((name) => name.endsWith('.eml')) ?? ''));
  const read = await readMail(source);
  expect([read.to?.map(({ address }) => address), read.cc, read.bcc]).toEqual([[email], undefined, undefined]);
  expect(read.headers.map(({ key }) => key)).not.toContain('bcc');
  expect(read.subject).toContain('A Bcc: all@example.com <img src=x');
  const page = await readFile(join(dir, files.find((name) => name.endsWith('.html')) ?? ''), 'utf8');
  expect(page).toContain('&lt;img src=x onerror=');
  expect(page).not.toMatch(/<(?:img|script|b>gold)/);
  await folder.stop();
});
