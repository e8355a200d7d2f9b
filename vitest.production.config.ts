import { defineConfig } from 'vitest/config';

/** The production shape: a command of its own, because it builds Temporal's server and takes some ten minutes. */
export default defineConfig({
  test: {
    include: ['test/production/**/*.test.ts'],
    reporters: ['verbose'],
    disableConsoleIntercept: true,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { requireAssertions: true },
    // Each step builds on the one before.
    bail: 1,
  },
});
