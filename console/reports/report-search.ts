import { textParam } from '../data/search-params.ts';

/** What the address of a report says. All are texts; the API refuses those that it does not know. */
const PARAMS = [
  'customer',
  'tier',
  'withoutTier',
  'owner',
  'threshold',
  'days',
  'renewed',
  'by',
  'unit',
  'since',
  'until',
  'stage',
  'sort',
  'cursor',
] as const;

export type ReportParam = (typeof PARAMS)[number];
export type ReportSearch = { readonly [Name in ReportParam]?: string | undefined };

export const readReportSearch = (search: Record<string, unknown>): ReportSearch =>
  Object.fromEntries(PARAMS.map((name) => [name, textParam(search[name])]));

/** A number of the address; a text that is none becomes NaN, which the API refuses with the field. */
export const numberParam = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text);

/** Which rows of a ledger a figure was made of. */
const LEDGER_PARAMS = ['entitlement', 'rows', 'since', 'until', 'case', 'fromSeq', 'toSeq', 'cursor'] as const;
export type LedgerSearch = { readonly [Name in (typeof LEDGER_PARAMS)[number]]?: string | undefined };

export const readLedgerSearch = (search: Record<string, unknown>): LedgerSearch =>
  Object.fromEntries(LEDGER_PARAMS.map((name) => [name, textParam(search[name])]));
