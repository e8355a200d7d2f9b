import { ApplicationFailure, defaultPayloadConverter, type ProtoFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import { hidingFailureConverter } from '../../../workflows/messages/hidden-failure.ts';
import { customerTag } from '../../../workflows/messages/shown-customer.ts';

const NAME = 'Zebedee Quillfeather';
const toFailure = (error: unknown) => hidingFailureConverter.errorToFailure(error, defaultPayloadConverter);
const toError = (failure: ProtoFailure) => hidingFailureConverter.failureToError(failure, defaultPayloadConverter);

/** The text of a failure outside of payloads, which alone are encrypted. */
const shown = (failure: ProtoFailure) =>
  JSON.stringify(failure, (name, value) => (name === 'encodedAttributes' || name === 'details' ? undefined : value));

test('messages and stack traces are in payloads alone, those of causes too', () => {
  const error = ApplicationFailure.create({
    message: `${NAME} is not covered`,
    type: 'contact_not_covered',
    details: [{ field: NAME }],
    cause: new Error(`caused by ${NAME}`),
  });
  const failure = toFailure(error);
  expect(shown(failure)).not.toContain(NAME);
  expect(failure.applicationFailureInfo?.type).toBe('contact_not_covered');
  const back = toError(failure);
  expect(back.message).toBe(`${NAME} is not covered`);
  expect((back.cause as Error).message).toBe(`caused by ${NAME}`);
  expect(back.stack).toContain('hidden-failure.test');
});

test('a failure that came from before the encryption is hidden when it is passed on, and can be passed on twice', () => {
  const received = toError({
    message: `plain ${NAME}`,
    stackTrace: '',
    applicationFailureInfo: { type: 'x' },
    cause: { message: `also ${NAME}`, stackTrace: `at ${NAME}`, applicationFailureInfo: { type: 'y' } },
  });
  const twice = toError(toFailure(toError(toFailure(received))));
  expect(shown(toFailure(twice))).not.toContain(NAME);
  expect(twice.message).toBe(`plain ${NAME}`);
  expect((twice.cause as Error).message).toBe(`also ${NAME}`);
});

test('a customer has one tag for a key, another for each other key, and none that could be an id', () => {
  const [key, other] = ['00'.repeat(32), '01'.repeat(32)];
  expect(customerTag(key, 'contoso')).toBe(customerTag(key, 'contoso'));
  expect(customerTag(key, 'contoso')).toMatch(/^hidden\/[0-9a-f]{24}$/);
  expect(new Set([customerTag(key, 'contoso'), customerTag(other, 'contoso'), customerTag(key, 'fabrikam')]).size).toBe(
    3,
  );
});
