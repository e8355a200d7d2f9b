import { defineConfig } from 'vitest/config';
import { MixedFiles } from './test/mixed-files.ts';

/** They take long and other tests show most of what they do: `npm run test:long` runs them. */
const LONG = ['test/crash/replay.test.ts', 'test/system/tools/demo-records.test.ts'];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // `npm run test:upgrade` and `npm run test:production` run these by themselves.
    exclude: ['test/upgrade/**', 'test/production/**', ...(process.env.ALLOT_LONG === undefined ? LONG : [])],
    globalSetup: ['test/global-setup.ts'],
    // Two cores, shared with PostgreSQL, Temporal, a worker and an API; but crash tests mostly wait.
    maxWorkers: 3,
    // Nothing under test keeps state between files, so a process loads it once instead of once for each file. A test that
    // replaces a module or a global must put it back.
    isolate: false,
    sequence: { sequencer: MixedFiles },
    // A slow machine must not fail a test: a limit only ends what hangs.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // A test that reaches no assertion proves nothing.
    expect: { requireAssertions: true, poll: { timeout: 120_000 } },
  },
});
