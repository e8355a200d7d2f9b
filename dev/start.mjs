// `npm start`: makes a fresh clone ready, then hands over to dev/main.ts.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bootstrap, main, projectDir } from './bootstrap.mjs';
import { build } from './build.mjs';

await main(async () => {
  await bootstrap();
  await build();
  const { start } = await import(pathToFileURL(join(projectDir, 'dist', 'dev', 'main.js')).href);
  await start(process.argv.slice(2));
});
