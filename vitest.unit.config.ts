import { defineConfig } from 'vitest/config';

/** Tests of pure code: no server is started, so a change to a rule is checked in seconds. */
export default defineConfig({
  test: {
    include: ['test/{api,domain,notices,unit}/**/*.test.ts', 'test/replay/{log,csv-records}.test.ts'],
    testTimeout: 60_000,
  },
});
