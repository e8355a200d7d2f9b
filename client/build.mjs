// Builds dist/ of the package: JavaScript, declarations, and the generated types, which the compiler does not copy.
import { spawnSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const dir = import.meta.dirname;
const out = join(dir, 'dist');

rmSync(out, { recursive: true, force: true });
const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [compiler, '-p', dir], { stdio: 'inherit' });
if (status !== 0) process.exit(1);
copyFileSync(join(dir, 'schema.d.ts'), join(out, 'schema.d.ts'));
