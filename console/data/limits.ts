/** The longest reason that the API takes, in characters. A test holds it to the API's own limit. */
export const LONGEST_REASON = 500;
