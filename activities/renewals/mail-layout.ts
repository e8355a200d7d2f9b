import type { MailContent } from './mail-content.ts';
import { htmlOf } from './mail-html.ts';
import { textOf } from './mail-text.ts';

/** A mail as a mail server takes it: the same content as text and as HTML. */
export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/**
 * Lays a mail out. Throws a TypeError for a link that is not an absolute http or https URL. Lines can be of any length:
 * the sender of the mail encodes them.
 */
export function mailFrom(content: MailContent): Mail {
  for (const { url } of content.links) refuseLink(url);
  const { subject, lead, tables, reasons, links, foot } = content;
  const plain: MailContent = {
    subject: oneLine(subject),
    lead: [oneLine(lead[0]), oneLine(lead[1])],
    tables: tables.map(({ head, rows }) => ({ head: head.map(oneLine), rows: rows.map((row) => row.map(oneLine)) })),
    reasons: reasons.map(oneLine),
    links: links.map(({ label, url }) => ({ label: oneLine(label), url })),
    foot: oneLine(foot),
  };
  return { subject: plain.subject, text: textOf(plain), html: htmlOf(plain) };
}

/**
 * A line break in a subject would begin another header. Marks of writing direction and invisible characters can make
 * one text look like another.
 */
const oneLine = (text: string): string =>
  text
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .replaceAll(/[\p{Bidi_Control}\u00ad\u115f\u1160\u180e\u200b\u2060-\u2064\u3164\ufeff\uffa0]/gu, '')
    .trim();

function refuseLink(url: string): void {
  if (!/^https?:\/\/[\x21-\x7e]+$/.test(url) || !URL.canParse(url))
    throw new TypeError(`A link in a mail must be an absolute http or https URL, not ${url}.`);
}
