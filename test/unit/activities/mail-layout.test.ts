import { describe, expect, test } from 'vitest';
import { mailFrom } from '../../../activities/renewals/mail-layout.ts';
import { allMails, mailTo, OVERUSED, renewalOf, shown, silver, words } from './mail-samples.ts';

describe('every mail', () => {
  const NASTY = `<img src=x onerror="alert('1')">&amp;\r\nBcc: all@example.com \u202Efdp.exe\u2029`;
  const LONG = '"'.repeat(200);
  const nasty = renewalOf(
    silver({
      name: NASTY,
      tier: '<b>',
      timeZone: 'UTC',
      channels: [{ channel: 'phone', totalTerm: 100 }],
    }),
    OVERUSED,
    { customerName: LONG, accountManagerName: '</td><script>', escalateToName: '</td><script>' },
  );

  test('says the same as text and as HTML', () => {
    for (const renewal of [renewalOf(), nasty])
      for (const mail of allMails(renewal)) {
        const html = shown(mail);
        const parts = mail.text.split('\n\n').map((block) => words(block).replaceAll(/: (?=https:)/g, ' '));
        const sentences = parts.filter((part) => !part.includes('https://'));
        for (const part of sentences) expect(html).toContain(part);
      }
  });

  test('shows names as they are, and never as markup', () => {
    for (const { subject, text, html } of allMails(nasty)) {
      expect(subject).not.toMatch(/[\r\n\u2029\u202E]/);
      expect(text).not.toContain('\u202E');
      expect(html).not.toMatch(/<(?:img|script|b)\b/);
      expect(html).toContain('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;');
      for (const tag of html.match(/<[^>]*>/g) ?? []) expect(tag).toMatch(/^<[a-z!/][^<>]*>$/);
    }
    for (const addressee of ['account_manager', 'escalation'] as const)
      expect(mailTo('escalation', nasty, addressee).html).toContain('&lt;/td&gt;&lt;script&gt;');
  });

  test('shows long names whole in the text, and shortened in the subject', () => {
    const { subject, text } = mailTo('notice', renewalOf(silver(), OVERUSED, { customerName: LONG }));
    expect(subject.length).toBeLessThan(200);
    expect(words(text)).toContain(`Silver for ${LONG}. The entitlement ends`);
  });

  test('uses tables and inline styles, fetches nothing, and leaves the colours to the mail program', () => {
    for (const { html } of allMails(renewalOf())) {
      expect(html).not.toMatch(/<(?:img|link|script|style|iframe|form)\b|url\(|src=/);
      expect(html).toContain('<meta name="color-scheme" content="light dark">');
      const styles = [...html.matchAll(/style="([^"]*)"/g)].map(([, style = '']) => style);
      const has = (style: string, property: string) => new RegExp(`(?:^|;)${property}:`).test(style);
      for (const style of styles) expect(has(style, 'color')).toBe(has(style, 'background-color'));
      for (const tag of ['table', 'tr', 'td', 'th', 'p', 'ul', 'li', 'a', 'strong', 'body', 'html'])
        expect([tag, html.match(new RegExp(`<${tag}[\\s>]`, 'g'))?.length]).toEqual([
          tag,
          html.match(new RegExp(`</${tag}>`, 'g'))?.length,
        ]);
    }
  });

  test('escapes its links, and makes the first one a button', () => {
    const { html } = mailTo('notice', renewalOf());
    expect(html.match(/href="[^"]*"/g)).toEqual([
      'href="https://allot.example/r/1/accept?t=a&amp;s=b"',
      'href="https://allot.example/r/1/change"',
      'href="https://allot.example/r/1/snooze"',
      'href="https://allot.example/r/1/decline"',
    ]);
    expect(html.match(/background-color/g)).toHaveLength(1);
  });

  test.each(['/r/1', 'javascript:alert(1)', 'https://', 'https://a.example/ b'])('refuses the link %s', (accept) => {
    expect(() => mailTo('notice', renewalOf(silver(), OVERUSED, { links: { accept } }))).toThrow(TypeError);
  });
});

test('a mail without tables, reasons and links has only its sentences', () => {
  const { text } = mailFrom({ subject: 's', lead: ['One.', 'Two.'], tables: [], reasons: [], links: [], foot: 'F.' });
  expect(text).toBe('One.\nTwo.\n\nF.\n');
});
