import PostalMime, { type Email } from 'postal-mime';

/** Parses an e-mail as it came. */
export const readMail = (source: Buffer): Promise<Email> => PostalMime.parse(source);

/**
 * An e-mail as a page that a browser shows: sender, recipients and subject above its HTML, or above its text if it has
 * no HTML.
 */
export function mailPage({ from, to = [], date, subject, messageId, html, text = '' }: Email): string {
  const heads = Object.entries({
    From: addressText(from),
    To: to.map(addressText).join(', '),
    Date: date,
    Subject: subject,
  })
    .concat([['Message-ID', messageId]])
    .map(([name, value]) => `<b>${name}</b> ${escaped(value ?? '')}`);
  const head = `<p style="font: 14px sans-serif">${heads.join('<br>')}</p><hr>`;
  const page = html ?? `<!doctype html><meta charset="utf-8"><body><pre>${escaped(text)}</pre>\n`;
  // If the HTML is a whole page, the head goes into its body.
  const within = page.replace(/<body[^>]*>/i, (body) => `${body}${head}`);
  return within === page ? `<!doctype html><meta charset="utf-8">${head}${page}\n` : within;
}

const addressText = (one: Email['from']): string =>
  one === undefined ? '' : one.name === '' ? (one.address ?? '') : `${one.name} <${one.address}>`;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
