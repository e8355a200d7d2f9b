import { oneOf, type SearchParams, textParam } from '../data/search-params.ts';
import { DIALOGS, type DialogName } from './record-commands-allowed.ts';
import { ROW_KINDS } from './record-ledger-words.ts';

export const TABS = ['overview', 'ledger', 'cases', 'amendments', 'renewal', 'audit'] as const;
export type Tab = (typeof TABS)[number];

export const STEPS = ['day', 'week', 'month'] as const;
/** Parts of the ledger, as the API names them. */
export const ROW_PARTS = ['use', 'cases', 'term'] as const;

/** What the address of an entitlement's page says: the tab, the open dialog, the filters and the page of a list. */
export interface RecordSearch {
  readonly tab?: Tab | undefined;
  readonly dialog?: DialogName | undefined;
  /** The length of a point of the burn-down. */
  readonly by?: (typeof STEPS)[number] | undefined;
  /** Whether the burn-down is shown as a table. */
  readonly as?: 'table' | undefined;
  readonly kind?: (typeof ROW_KINDS)[number] | undefined;
  readonly rows?: (typeof ROW_PARTS)[number] | undefined;
  readonly case?: string | undefined;
  readonly cursor?: string | undefined;
}

export const recordSearch = (address: SearchParams): RecordSearch => {
  const { tab, dialog, by, as, kind, rows, case: ofCase, cursor } = address;
  return {
    tab: oneOf(TABS, tab),
    dialog: oneOf(DIALOGS, dialog),
    by: oneOf(STEPS, by),
    as: oneOf(['table'] as const, as),
    kind: oneOf(ROW_KINDS, kind),
    rows: oneOf(ROW_PARTS, rows),
    case: textParam(ofCase),
    cursor: textParam(cursor),
  };
};
