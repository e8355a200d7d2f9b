// `npm run replay|import|bench|reconcile|make-key`: the same readiness as `npm start`, then the named program from dist/.
// Nothing is printed on stdout here: it belongs to the program.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bootstrap, main, projectDir, Stop } from './bootstrap.mjs';
import { build } from './build.mjs';

await main(async () => {
  const [, , name = '', ...args] = process.argv;
  await bootstrap();
  await build();
  const program = join(projectDir, 'dist', name);
  if (name === '' || !existsSync(program)) throw new Stop(`There is no program "${name}" in dist/.`);
  // What an installation runs knows nothing of `npm start`: it is given the addresses of its servers.
  if (name.startsWith('bin/')) {
    const { environmentOfStart } = await import(pathToFileURL(join(projectDir, 'dist', 'dev', 'started-here.js')).href);
    Object.assign(process.env, await environmentOfStart(process.env));
  }
  process.argv = [process.argv[0], program, ...args];
  await import(pathToFileURL(program).href);
});
