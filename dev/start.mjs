// `npm start`: makes a fresh clone ready, then hands over to dev/main.ts. Only here dev/ and the demonstration of replay/ meet.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bootstrap, main, projectDir } from './bootstrap.mjs';
import { build } from './build.mjs';

const load = (...path) => import(pathToFileURL(join(projectDir, 'dist', ...path)).href);

await main(async () => {
  await bootstrap();
  await build();
  const { start } = await load('dev', 'main.js');
  await start(process.argv.slice(2), async (context) => (await load('replay', 'demo.js')).runDemo(context));
});
