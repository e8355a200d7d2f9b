/** How many messages were refused that stand in no ledger, and what the last one was. */
export interface RefusedSoFar {
  readonly count: number;
  readonly last: string;
}

/** Of a name that a client made up, so much is shown. */
const SHOWN_CHARACTERS = 60;

/** Keeps count of messages that a workflow cannot take, for the operator: how many came, and what the last one was. */
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

  /** A line of the current details; none while all messages could be taken. */
  get lines(): readonly string[] {
    return this.kept === undefined ? [] : [`- Messages refused: ${this.kept.count}, the last: ${this.kept.last}`];
  }
}
