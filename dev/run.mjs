// `npm run replay|import|bench|chaos|reconcile|make-key`: prepares the clone as `npm start` does, then runs the named program
// from dist/. It prints nothing on stdout, which belongs to the program.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bootstrap, main, projectDir, Stop } from './bootstrap.mjs';
import { build } from './build.mjs';

const STARTS_OWN_SERVERS = [
  'tools/bench/',
  'tools/chaos/',
  'tools/drills/',
  'tools/monitoring/',
  'tools/schemathesis/',
];

await main(async () => {
  const [, , name = '', ...args] = process.argv;
  await bootstrap();
  await build();
  const program = join(projectDir, 'dist', name);
  if (name === '' || !existsSync(program)) throw new Stop(`There is no program "${name}" in dist/.`);
  // The programs know nothing of `npm start`, so they get its addresses and its key here.
  if (!STARTS_OWN_SERVERS.some((folder) => name.startsWith(folder))) {
    const startedHere = pathToFileURL(join(projectDir, 'dist', 'dev', 'started-here.js')).href;
    const { environmentOfStart } = await import(startedHere);
    Object.assign(process.env, await environmentOfStart(process.env));
  }
  process.argv = [process.argv[0], program, ...args];
  await import(pathToFileURL(program).href);
});
