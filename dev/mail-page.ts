/** One e-mail as a page that a browser shows: who, to whom, what about, and its HTML, or its text where it has none. */
export function mailPage(source: string): string {
  const mail = partOf(source);
  const parts = partsOf(mail);
  const html = parts.find(({ type }) => type === 'text/html');
  const text = parts.find(({ type }) => type === 'text/plain');
  const body = html === undefined ? `<pre>${escaped(text === undefined ? '' : textOf(text))}</pre>` : textOf(html);
  const heads = ['From', 'To', 'Date', 'Subject', 'Message-ID']
    .map((name) => `<b>${name}</b> ${escaped(decodedWords(mail.headers.get(name.toLowerCase()) ?? ''))}`)
    .join('<br>');
  return `<!doctype html><meta charset="utf-8"><p style="font: 14px sans-serif">${heads}</p><hr>${body}\n`;
}

/** What an e-mail, given as it came, is about. */
export const subjectOf = (source: string): string => decodedWords(partOf(source).headers.get('subject') ?? '');

interface Part {
  readonly headers: ReadonlyMap<string, string>;
  readonly type: string;
  readonly body: string;
}

/** Headers, unfolded, and what follows the first empty line. Bytes as latin1 characters until they are decoded. */
function partOf(source: string): Part {
  const [, head = '', body = ''] = /^([\s\S]*?)\r?\n\r?\n([\s\S]*)$/.exec(source) ?? [];
  const lines = head.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const headers = new Map(
    lines.map((line) => [line.split(':', 1)[0]?.toLowerCase() ?? '', line.slice(line.indexOf(':') + 1).trim()]),
  );
  const type = (headers.get('content-type') ?? 'text/plain').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return { headers, type, body };
}

/** The leaves: a multipart holds parts, which may be multiparts. */
function partsOf(part: Part): readonly Part[] {
  const boundary = /boundary="?([^";]+)"?/i.exec(part.headers.get('content-type') ?? '')?.[1];
  if (!part.type.startsWith('multipart/') || boundary === undefined) return [part];
  return part.body
    .split(`--${boundary}`)
    .slice(1, -1)
    .flatMap((piece) => partsOf(partOf(piece.replace(/^\r?\n/, ''))));
}

function textOf({ headers, body }: Part): string {
  const encoding = headers.get('content-transfer-encoding')?.toLowerCase();
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  const bytes = encoding === 'quoted-printable' ? unquoted(body.replaceAll(/=\r?\n/g, '')) : body;
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

const unquoted = (text: string): string =>
  text.replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** Headers hold other letters than ASCII as `=?UTF-8?Q?…?=` or `=?UTF-8?B?…?=`. */
const decodedWords = (header: string): string =>
  header
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([QB])\?(.*?)\?=/gi, (_, how: string, word: string) =>
      how.toUpperCase() === 'B'
        ? Buffer.from(word, 'base64').toString('utf8')
        : Buffer.from(unquoted(word.replaceAll('_', ' ')), 'latin1').toString('utf8'),
    );

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
