import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // `npm run test:upgrade` runs it by itself.
    exclude: ['test/upgrade/**'],
    globalSetup: ['test/global-setup.ts'],
    // Two cores are shared with PostgreSQL, Temporal, a worker and an API.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A test that reaches no assertion proves nothing.
    expect: { requireAssertions: true },
  },
});
