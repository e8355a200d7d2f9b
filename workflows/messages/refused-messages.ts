/** How many messages were refused without a row in a ledger, and what the last one was. */
export interface RefusedSoFar {
  readonly count: number;
  readonly last: string;
}

/** Characters that are shown of a name that a client made up. */
const SHOWN_CHARACTERS = 60;

/** Counts messages that a workflow cannot take, and keeps the last one, for the operator. */
export class RefusedMessages {
  private kept: RefusedSoFar | undefined;

  constructor(before?: RefusedSoFar) {
    this.kept = before;
  }

  note(name: string, why: string): void {
    const shown = name.slice(0, SHOWN_CHARACTERS).replace(/[^\w .:@~-]/g, '?');
    this.kept = { count: (this.kept?.count ?? 0) + 1, last: `\`${shown}\` ${why}` };
  }

  /** Undefined while none came. */
  get soFar(): RefusedSoFar | undefined {
    return this.kept;
  }

  /** A line for the operator; none while no message was refused. */
  get lines(): readonly string[] {
    return this.kept === undefined ? [] : [`- Messages refused: ${this.kept.count}, the last: ${this.kept.last}`];
  }
}
