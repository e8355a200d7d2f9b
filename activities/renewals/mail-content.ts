export interface MailLink {
  readonly label: string;
  /** Absolute, http or https. */
  readonly url: string;
}

/** A small table. Its first column names the rows. */
export interface MailTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What a mail says, before it is laid out. The texts can hold anything: the layout makes them harmless. */
export interface MailContent {
  readonly subject: string;
  /** What to do, in the first two lines. */
  readonly lead: readonly [string, string];
  readonly tables: readonly MailTable[];
  readonly reasons: readonly string[];
  /** The first link becomes a button. */
  readonly links: readonly MailLink[];
  /** Why the reader gets the mail. */
  readonly foot: string;
}
