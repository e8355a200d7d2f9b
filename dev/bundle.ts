import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BundleOptions, bundleWorkflowCode } from '@temporalio/worker';
import { distDir, projectDir } from '../runtime/project-dir.ts';

// From the TypeScript sources, not from dist/: a stack trace in the Temporal UI then names the line that was written.
const entry = join(projectDir, 'workflows', 'index.ts');

/** The V8 that runs workflows knows today's JavaScript: object spread and classes need not be written out as calls. */
const TARGET = 'es2022';

type Webpack = Parameters<NonNullable<BundleOptions['webpackConfigHook']>>[0];

function withTarget(config: Webpack): Webpack {
  for (const rule of config.module?.rules ?? []) {
    if (typeof rule !== 'object' || rule === null || !('use' in rule)) continue;
    const { use } = rule;
    if (typeof use !== 'object' || use === null || !('options' in use) || typeof use.options !== 'object') continue;
    const { jsc } = use.options as { jsc?: object };
    if (jsc !== undefined) use.options = { ...use.options, jsc: { ...jsc, target: TARGET } };
  }
  return config;
}

function complain(message: string): void {
  process.stderr.write(`${message}\n`);
}

const { code } = await bundleWorkflowCode({
  workflowsPath: entry,
  payloadConverterPath: join(projectDir, 'workflows', 'messages', 'payload-converter.ts'),
  failureConverterPath: join(projectDir, 'workflows', 'messages', 'failure-converter.ts'),
  workflowInterceptorModules: ['message-guard.ts', 'handled-trace.ts'].map((file) =>
    join(projectDir, 'workflows', 'messages', file),
  ),
  // These libraries are pure: they are evaluated once for each worker. The one with the world's time zones, evaluated
  // for each entitlement, took megabytes each time.
  webpackConfigHook: withTarget,
  preloadModules: ['@js-joda/core', '@js-joda/timezone', '@noble/hashes/hmac.js', '@noble/hashes/sha2.js'],
  logger: {
    log: (level, message) => (level === 'WARN' || level === 'ERROR' ? complain(message) : undefined),
    trace: () => undefined,
    debug: () => undefined,
    info: () => undefined,
    warn: complain,
    error: complain,
  },
});
const target = join(distDir, 'workflows.bundle.js');
await mkdir(distDir, { recursive: true });
// Renamed into place, so that a worker that starts meanwhile never reads half a bundle.
await writeFile(`${target}.new`, code);
await rename(`${target}.new`, target);
