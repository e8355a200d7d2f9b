import type { MailContent, MailLink, MailTable } from './mail-content.ts';

/** HTML that was escaped already. Only `html` makes it. */
class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** A template for HTML: every text that is put into it is escaped, so no name can become markup. */
function html(parts: TemplateStringsArray, ...values: readonly (string | Markup | readonly Markup[])[]): Markup {
  const shown = (value: string | Markup | readonly Markup[]): string => {
    if (typeof value === 'string') return escaped(value);
    return value instanceof Markup ? value.text : value.map((one) => one.text).join('\n');
  };
  return new Markup(parts.reduce((before, part, index) => before + shown(values[index - 1] ?? '') + part));
}

/** A grey that shows on white and on black. Nothing else has a colour, so that mail programs can choose their own. */
const RULE = 'border-bottom:1px solid #8a8a8a';
const CELL = `padding:4px 16px 4px 0;text-align:left;vertical-align:top;${RULE}`;
/** A button has both colours, so that a mail program does not invert only one. */
const BUTTON = 'display:inline-block;padding:10px 18px;background-color:#1d5fa8;color:#ffffff;text-decoration:none';

/** A mail as HTML: tables and inline styles, which every mail program shows, and nothing that is fetched. */
export const htmlOf = ({ subject, lead, tables, reasons, links, foot }: MailContent): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${subject}</title>
</head>
<body style="margin:0;padding:16px;font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:1.5">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:640px;overflow-wrap:anywhere">
<tr><td>
<p style="margin:0 0 8px 0"><strong>${lead[0]}</strong></p>
<p style="margin:0 0 16px 0">${lead[1]}</p>
${tables.map(tableOf)}
${listOf(reasons)}
${links.map(linkOf)}
<p style="margin:24px 0 0 0;font-size:13px">${foot}</p>
</td></tr>
</table>
</body>
</html>
`.text;

const tableOf = ({ head, rows }: MailTable): Markup =>
  html`<table cellpadding="0" cellspacing="0" style="border-collapse:collapse;margin:0 0 16px 0">
<tr>${head.map((cell) => html`<th scope="col" style="${CELL}">${cell}</th>`)}</tr>
${rows.map(rowOf)}
</table>`;

const rowOf = ([name = '', ...cells]: readonly string[]): Markup =>
  html`<tr><th scope="row" style="${CELL};font-weight:normal">${name}</th>
${cells.map((cell) => html`<td style="${CELL}">${cell}</td>`)}</tr>`;

const listOf = (reasons: readonly string[]): Markup => {
  const items = reasons.map((reason) => html`<li style="margin:0 0 4px 0">${reason}</li>`);
  return items.length === 0 ? html`` : html`<ul style="margin:0 0 16px 0;padding-left:20px">${items}</ul>`;
};

const linkOf = ({ label, url }: MailLink, index: number): Markup =>
  html`<p style="margin:0 0 8px 0"><a style="${index === 0 ? BUTTON : ''}" href="${url}">${label}</a></p>`;
