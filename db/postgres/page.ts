/**
 * A page in order of one key: at most `limit` records, after the record with the key `after` (null: from the first).
 */
export interface Page {
  readonly limit: number;
  readonly after: string | null;
}
