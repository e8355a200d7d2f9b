import { defineConfig } from 'vitest/config';

/** Tests that start no server, so a change to a rule is checked in seconds. */
export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts'],
    testTimeout: 60_000,
    // The code under test keeps no state between files, so workers load it once instead of once for each file. A test
    // that replaces a module or a global must put it back.
    pool: 'threads',
    isolate: false,
    // Both of two cores: by default one is left to vitest, which has little to do.
    maxWorkers: 2,
  },
});
