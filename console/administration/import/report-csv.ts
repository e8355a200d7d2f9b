import { csvText } from '../../data/csv-text.ts';
import type { Refusal } from './mapped-rows.ts';

/** A row that was refused, with the cells that the file had. */
export interface RefusedRow extends Refusal {
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * The report of refused rows as CSV: why each was refused, then the columns of the file. Once it is mended it can be
 * imported as it is, without the first four columns.
 */
export const reportOf = (header: readonly string[], refused: readonly RefusedRow[]): string =>
  csvText([
    ['line', 'code', 'field', 'detail', ...header],
    ...refused.map(({ line, code, field, detail, cells }) => [String(line), code, field, detail, ...cells]),
  ]);
