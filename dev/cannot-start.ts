/** An end that a person can act on: its message is the whole story. */
export class CannotStart extends Error {}
