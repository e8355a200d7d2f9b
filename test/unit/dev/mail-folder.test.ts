import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createMailSender } from '../../../activities/deliveries/mail-sender.ts';
import { startMailFolder } from '../../../dev/mail-folder.ts';

test('in development every e-mail is kept, as it came and as a page', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'allot-mails-'));
  const folder = await startMailFolder(dir);
  const send = createMailSender({ smtpUrl: folder.url, mailFrom: 'Allot <allot@example.com>' });
  const subject = 'Verlängerung für Müller & Söhne: der Vertrag endet am 31. Dezember';
  const body = `<h1>Verlängerung</h1><p>${'Noch 30 Tage = bald. '.repeat(20)}</p>`;
  const html = `<!doctype html><html><body>${body}</body></html>`;
  const mail = {
    kind: 'email',
    messageId: '<abc@allot>',
    to: 'ann@example.com',
    subject,
    text: 'Bald endet er.',
    html,
  } as const;
  expect(await send(mail)).toMatchObject({ outcome: 'delivered', statusCode: 250 });
  const files = (await readdir(dir)).sort();
  expect(files.map((file) => file.replace(/^.*Z-/, ''))).toEqual(['1-ann@example.com.eml', '1-ann@example.com.html']);
  expect(await readFile(join(dir, files[0] ?? ''), 'utf8')).toContain('Message-ID: <abc@allot>');
  const page = await readFile(join(dir, files[1] ?? ''), 'utf8');
  expect(page).toContain('<b>To</b> ann@example.com');
  expect(page).toContain('<b>Subject</b> Verlängerung für Müller &amp; Söhne: der Vertrag endet am 31. Dezember');
  expect(page).toContain(body);
  expect(page.match(/<!doctype/gi)).toHaveLength(1);
  await folder.stop();
  await rm(dir, { recursive: true });
});
