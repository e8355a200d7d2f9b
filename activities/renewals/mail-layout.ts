/** A mail as a mail program takes it: the same content twice. */
export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface MailLink {
  readonly label: string;
  /** Absolute, http or https. */
  readonly url: string;
}

/** A small table; its first column names the rows. */
export interface MailTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What a mail says, before it is laid out. Anything may stand in the texts: they are made harmless here. */
export interface MailContent {
  readonly subject: string;
  /** What to do, in the first two lines. */
  readonly lead: readonly [string, string];
  readonly tables: readonly MailTable[];
  readonly reasons: readonly string[];
  /** The first is the one that most will take. */
  readonly links: readonly MailLink[];
  /** Why the mail was sent. */
  readonly foot: string;
}

/**
 * Lays a mail out. Refuses, as a TypeError, a link that is not absolute or too long for a line of a mail. No line is longer
 * than the 998 characters of RFC 5322.
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
 * In a subject a line break would begin another header; marks of writing direction, and what is not seen at all, can make a
 * text look like another.
 */
const oneLine = (text: string): string =>
  text
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .replaceAll(/[\p{Bidi_Control}\u00ad\u115f\u1160\u180e\u200b\u2060-\u2064\u3164\ufeff\uffa0]/gu, '')
    .trim();

/** In HTML `&` takes five characters; with its tag the line must stay below 998. */
const MAX_LINK = 900;

function refuseLink(url: string): void {
  if (!/^https?:\/\/[\x21-\x7e]+$/.test(url) || !URL.canParse(url))
    throw new TypeError(`A link of a mail is an absolute URL of http or https, not ${url}.`);
  if (escaped(url).length > MAX_LINK) throw new TypeError(`A link of a mail is too long: ${url.slice(0, 80)} …`);
}

/** As wide as a terminal, and as people quote it. */
const TEXT_WIDTH = 76;

function textOf({ lead, tables, reasons, links, foot }: MailContent): string {
  const blocks = [
    lead.map((line) => wrapped(line)).join('\n'),
    ...tables.map(textTable),
    ...(reasons.length === 0 ? [] : [reasons.map((reason) => wrapped(reason, '- ', '  ')).join('\n')]),
    ...(links.length === 0 ? [] : [links.map(({ label, url }) => `${label}:\n${url}`).join('\n')]),
    wrapped(foot),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** Broken at blanks; a word that is longer than the width stays whole. */
function wrapped(text: string, first = '', others = first): string {
  const [start, ...words] = text.split(' ');
  const lines = [`${first}${start}`];
  for (const word of words) {
    const line = lines.pop() ?? '';
    if (line.length + 1 + word.length <= TEXT_WIDTH) lines.push(`${line} ${word}`);
    else lines.push(line, others + word);
  }
  return lines.join('\n');
}

const MAX_COLUMN = 40;

function textTable({ head, rows }: MailTable): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.min(MAX_COLUMN, Math.max(...all.map((row) => row[column]?.length ?? 0))));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** Characters of a word after which it may break; escaped they are at most 480. */
const MAX_WORD = 80;
/** Of HTML; with one more word a line is still far below 998. */
const HTML_WIDTH = 120;

/** Escaped, and broken into lines where that does not show: at blanks, and within the tag that lets a long word break. */
function markup(text: string): string {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const [start = '', ...more] = parts([...word]).map(escaped);
    const line = lines.pop() ?? '';
    if (line === '') lines.push(start);
    else if (line.length + start.length < HTML_WIDTH) lines.push(`${line} ${start}`);
    else lines.push(line, start);
    for (const part of more) lines.push(`${lines.pop()}<wbr`, `>${part}`);
  }
  return lines.join('\n');
}

const parts = (characters: readonly string[]): readonly string[] =>
  Array.from({ length: Math.ceil(characters.length / MAX_WORD) }, (_, index) =>
    characters.slice(index * MAX_WORD, (index + 1) * MAX_WORD).join(''),
  );

/** Grey that shows on white and on black; nothing else has a colour, so that mail programs can choose their own. */
const RULE = 'border-bottom:1px solid #8a8a8a';
const CELL = `padding:4px 16px 4px 0;text-align:left;vertical-align:top;${RULE}`;
/** Both colours are given, so that neither is turned around alone. */
const BUTTON = 'display:inline-block;padding:10px 18px;background-color:#1d5fa8;color:#ffffff;text-decoration:none';

function htmlOf({ subject, lead, tables, reasons, links, foot }: MailContent): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="supported-color-schemes" content="light dark">',
    '<title>',
    markup(subject),
    '</title>',
    '</head>',
    '<body style="margin:0;padding:16px;font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:1.5">',
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:640px">',
    '<tr><td>',
    '<p style="margin:0 0 8px 0"><strong>',
    markup(lead[0]),
    '</strong></p>',
    '<p style="margin:0 0 16px 0">',
    markup(lead[1]),
    '</p>',
    ...tables.flatMap(htmlTable),
    ...htmlReasons(reasons),
    ...links.flatMap(htmlLink),
    '<p style="margin:24px 0 0 0;font-size:13px">',
    markup(foot),
    '</p>',
    '</td></tr>',
    '</table>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

const htmlTable = ({ head, rows }: MailTable): readonly string[] => [
  '<table cellpadding="0" cellspacing="0" style="border-collapse:collapse;margin:0 0 16px 0">',
  '<tr>',
  ...head.flatMap((cell) => [`<th scope="col" style="${CELL}">`, markup(cell), '</th>']),
  '</tr>',
  ...rows.flatMap(htmlRow),
  '</table>',
];

const htmlRow = ([name = '', ...cells]: readonly string[]): readonly string[] => [
  '<tr>',
  `<th scope="row" style="${CELL};font-weight:normal">`,
  markup(name),
  '</th>',
  ...cells.flatMap((cell) => [`<td style="${CELL}">`, markup(cell), '</td>']),
  '</tr>',
];

const htmlReasons = (reasons: readonly string[]): readonly string[] =>
  reasons.length === 0
    ? []
    : [
        '<ul style="margin:0 0 16px 0;padding-left:20px">',
        ...reasons.flatMap((reason) => ['<li style="margin:0 0 4px 0">', markup(reason), '</li>']),
        '</ul>',
      ];

const htmlLink = ({ label, url }: MailLink, index: number): readonly string[] => [
  `<p style="margin:0 0 8px 0">`,
  index === 0 ? `<a style="${BUTTON}"` : '<a',
  `href="${escaped(url)}">`,
  markup(label),
  '</a></p>',
];
