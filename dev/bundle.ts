import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { distDir, projectDir } from './project-dir.ts';

// From the TypeScript sources, not from dist/: a stack trace in the Temporal UI then names the line that was written.
const entry = join(projectDir, 'workflows', 'index.ts');
const target = join(distDir, 'workflows.bundle.js');

function complain(message: string): void {
  process.stderr.write(`${message}\n`);
}

const { code } = await bundleWorkflowCode({
  workflowsPath: entry,
  payloadConverterPath: join(projectDir, 'workflows', 'payload-converter.ts'),
  // Pure, and with the world's time zones: evaluated once a worker, not once an entitlement, where it took megabytes each.
  preloadModules: ['@js-joda/core', '@js-joda/timezone'],
  logger: {
    log: (level, message) => (level === 'WARN' || level === 'ERROR' ? complain(message) : undefined),
    trace: () => undefined,
    debug: () => undefined,
    info: () => undefined,
    warn: complain,
    error: complain,
  },
});
await mkdir(distDir, { recursive: true });
// Renamed into place, so that a worker that starts meanwhile never reads half a bundle.
await writeFile(`${target}.new`, code);
await rename(`${target}.new`, target);
