import { useState } from 'react';

/**
 * The version that a dialog names in `If-Match`: the one that the person saw when it opened. The page may read a newer
 * one meanwhile, perhaps because a try whose answer was lost has been made. Another try must then still be the same
 * input, or it would get a new idempotency key and be made a second time.
 */
export function useSeenVersion(present: number) {
  const [seen, setSeen] = useState<number | null>(present);
  const version = seen ?? present;
  return {
    version,
    /** The person sends what they see: from now on this version counts. */
    hold: () => setSeen(version),
    /** The person asked to see what the record is now: the next version that they send counts. */
    release: () => setSeen(null),
  };
}
