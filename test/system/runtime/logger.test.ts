import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectDir } from '../../../runtime/project-dir.ts';

test('a process whose log nobody reads still ends when told to', async () => {
  const script = `
    const { createLogger } = await import(${JSON.stringify(join(projectDir, 'dist', 'runtime', 'logger.js'))});
    const log = createLogger('test');
    process.on('SIGTERM', () => {
      for (let n = 0; n < 10; n++) log.info('a line that nobody reads');
      process.exit(0);
    });
    process.send('ready');
    setInterval(() => undefined, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  await new Promise((resolve) => child.once('message', resolve));
  child.stdout?.destroy();
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
}, 20_000);
