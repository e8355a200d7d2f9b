/** Case events in one update, where they are small; see bytes.ts for large ones. */
export const MAX_EVENTS_PER_UPDATE = 500;

/** Senders have this long to write the rows that they got, before the workflow writes them itself. */
export const WRITE_UNCONFIRMED_AFTER_MS = 30_000;
/** The sender is most likely writing rows that are younger than this at this moment. */
export const IN_FLIGHT_MS = 5_000;

/**
 * A run ends far below the server's limits (51,200 events, 50 MB, 2,000 updates), so that a worker that has lost its
 * cache reads back little: about 400 single attaches, or a few thousand events in large batches.
 */
export const MAX_RUN_EVENTS = 2_000;
export const MAX_RUN_BYTES = 4_000_000;
/**
 * A run that gets signals ends earlier. A signal that comes while the run's last task is under way makes the server try
 * that task again, from the start of the history: the shorter the history, the fewer signals come meanwhile.
 */
export const MAX_RUN_SIGNALS = 100;

/** Before a run ends it waits this long for the ledger; then it takes the unwritten rows along. */
export const CHECKPOINT_PATIENCE_MS = 10_000;

/** Unwritten earlier rows that the answer to a retry brings along, so that the ledger shows no gap. */
export const MAX_EARLIER_ROWS = 500;
/**
 * A message about a case that is just moving in waits this long for the old entitlement, which usually answers within a
 * second. An old entitlement that cannot answer must not hold up the new one for ever.
 */
export const MOVE_PATIENCE_MS = 60_000;

/** With the database away, rows wait in the workflow. Past this many, updates are refused as `unavailable`. */
export const MAX_UNCONFIRMED_ROWS = 4_000;
/** The same limit in bytes: this much can be handed to the next run. */
export const MAX_UNCONFIRMED_BYTES = 1_650_000;
/** Temporal does not warn of an input of this size. */
export const USUALLY_CARRIED_BYTES = 480_000;
/** A run that could not write its rows hands them to the next one, if they fit into the 2 MB of an input. */
export const MAX_CARRIED_BYTES = 1_800_000;
/** A run that could not end, because the database is away or it would hand over too much, tries again after this. */
export const HAND_OVER_AGAIN_MS = 30_000;
/** A run that ends looks this often for a task that brings no signal; then it ends in spite of the signals. */
export const HAND_OVER_TRIES = 5;

/**
 * Temporal's server counts a timer's duration in nanoseconds, in 64 bits: 292 years at most. A wait for a later
 * instant, such as the end of a term until 9999-12-31, is made of several timers.
 */
export const LONGEST_TIMER_MS = 100 * 365 * 24 * 60 * 60_000;

/** An ended entitlement without open cases waits this long for late events, then its workflow completes. */
export const LINGER_MS = 60 * 60_000;
