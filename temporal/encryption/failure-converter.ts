import { hidingFailureConverter } from '../../workflows/messages/hidden-failure.ts';

/** The failure converter of activities in a worker that encrypts payloads. Temporal's library loads it by its path. */
export const failureConverter = hidingFailureConverter;
