/** The start ended for a reason that a person can act on; its message says everything and is shown without a stack. */
export class CannotStart extends Error {}
