/** Pages in order of one key, after the last one of the page before. */
export interface Page {
  readonly limit: number;
  readonly after: string | null;
}
