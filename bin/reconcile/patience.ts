/** A workflow writes unconfirmed rows after 30 s; the rest is for the write itself. */
export const PATIENCE_MS = 45_000;
/** The time between two looks. */
export const LOOK_AGAIN_MS = 1_500;
