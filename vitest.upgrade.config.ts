import { defineConfig } from 'vitest/config';

/** The upgrade of an installation of an older version: a command of its own, because it builds that version first. */
export default defineConfig({
  test: {
    include: ['test/upgrade/**/*.test.ts'],
    reporters: ['verbose'],
    disableConsoleIntercept: true,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // Each step builds on the one before.
    bail: 1,
  },
});
