/** Which names can be read as they are written, so that nobody passes for somebody else. */

/**
 * The letters that a key's name may use: printable ASCII and accented Latin letters, which cannot be mistaken for
 * others. They leave out invisible characters, characters that turn the direction of writing, and letters of other
 * scripts that look like Latin ones.
 */
export const PLAIN_NAME =
  /^[!-~\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u0130\u0134-\u0137\u0139-\u013e\u0141-\u0148\u014a-\u017e]+(?: [!-~\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u0130\u0134-\u0137\u0139-\u013e\u0141-\u0148\u014a-\u017e]+)*$/;

/** Characters that are invisible or turn the direction of writing. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** Whether every character of a name is visible, and in the order in which it is written. */
export const isSeenWhole = (name: string): boolean => !UNSEEN.test(name);
