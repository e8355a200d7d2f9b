import {
  DefaultFailureConverter,
  type FailureConverter,
  type PayloadConverter,
  type ProtoFailure,
} from '@temporalio/common';

/** The text that Temporal's libraries show in the place of a message that is encrypted. */
const HIDDEN = 'Encoded failure';

const plain = new DefaultFailureConverter();

/**
 * Moves messages and stack traces into a payload, which is encrypted like every other. The library's own
 * `encodeCommonAttributes` leaves the messages of causes that came over the wire as they are, and hides a message that
 * it hid before a second time.
 */
export const hidingFailureConverter: FailureConverter = {
  errorToFailure: (error, converter, context) => hidden(plain.errorToFailure(error, converter, context), converter),
  failureToError: (failure, converter, context) => plain.failureToError(failure, converter, context),
};

function hidden(failure: ProtoFailure, converter: PayloadConverter): ProtoFailure {
  const { message, stackTrace, cause } = failure;
  return {
    ...failure,
    ...(cause == null ? {} : { cause: hidden(cause, converter) }),
    message: HIDDEN,
    stackTrace: '',
    encodedAttributes:
      message === HIDDEN && failure.encodedAttributes != null
        ? failure.encodedAttributes
        : converter.toPayload({ message: message ?? '', stack_trace: stackTrace ?? '' }),
  };
}
