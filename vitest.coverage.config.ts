import { defineConfig, mergeConfig } from 'vitest/config';
import unit from './vitest.unit.config.ts';

const NOTE = `
Workflow code also runs inside Temporal's sandbox, as a bundle that these figures do not see: what is shown of workflows/ is
only what the unit tests run. test/histories/ and the system tests run the rest.
`;

/** `npm run coverage`: which lines of domain/ and workflows/ the unit tests run. */
export default mergeConfig(
  unit,
  defineConfig({
    test: {
      reporters: ['dot', { onTestRunEnd: () => console.log(NOTE) }],
      coverage: {
        enabled: true,
        provider: 'v8',
        include: ['domain/**/*.ts', 'workflows/**/*.ts'],
        exclude: ['test/**'],
        reporter: [['text', { maxCols: 100 }]],
        // Far below what is reached: a floor that tells of rules without tests, not of a line more or less.
        thresholds: { 'domain/**/*.ts': { lines: 90, branches: 80 } },
      },
    },
  }),
);
