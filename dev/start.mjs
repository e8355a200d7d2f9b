// `npm start`: prepares a fresh clone, then hands over to dev/main.ts.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bootstrap, main, projectDir } from './bootstrap.mjs';
import { build } from './build.mjs';

await main(async () => {
  await bootstrap();
  await build();
  const built = (...path) => import(pathToFileURL(join(projectDir, 'dist', ...path)).href);
  const { start } = await built('dev', 'main.js');
  await start(process.argv.slice(2), async (context) => (await built('tools', 'demo', 'demo.js')).runDemo(context));
});
