import type { MailContent, MailTable } from './mail-content.ts';

/** The width at which people read and quote plain text. */
const TEXT_WIDTH = 76;

/** A mail as plain text: blocks with a blank line between them. */
export function textOf({ lead, tables, reasons, links, foot }: MailContent): string {
  const blocks = [
    lead.map((line) => wrapped(line)).join('\n'),
    ...tables.map(textTable),
    ...(reasons.length === 0 ? [] : [reasons.map((reason) => wrapped(reason, '- ', '  ')).join('\n')]),
    ...(links.length === 0 ? [] : [links.map(({ label, url }) => `${label}:\n${url}`).join('\n')]),
    wrapped(foot),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** Broken at blanks. A word that is longer than the width stays whole. */
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
  const line = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return all.map((row) => line(row).trimEnd()).join('\n');
}
