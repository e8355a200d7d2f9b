import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { OwnStack, type OwnStackOptions } from './own-stack.ts';

/**
 * A system of its own for the tests of a file that kill its parts: what a test left dead is started again after it, and a
 * test that fails prints the logs. Call it once, at the top of the file; the answer gives the system within tests.
 */
export function ownStackOfFile(options: OwnStackOptions = {}): () => OwnStack {
  let stack: OwnStack;
  beforeAll(async () => {
    stack = await OwnStack.start(options);
  });
  beforeEach(({ onTestFailed }) => {
    onTestFailed(async () => console.error(await stack.logs()));
  });
  afterEach(async () => {
    await stack.beginMissing();
  });
  afterAll(async () => {
    await stack.stop();
  });
  return () => stack;
}
