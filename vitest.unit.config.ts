import { defineConfig } from 'vitest/config';

/** Tests that start no server, so a change to a rule is checked in seconds. */
export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts'],
    testTimeout: 60_000,
  },
});
