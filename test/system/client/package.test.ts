import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { projectDir } from '../../../runtime/project-dir.ts';
import { aCustomer, anActive } from '../../support/api-client.ts';
import { unique } from '../../support/unique.ts';

const run = promisify(execFile);
const clientDir = join(projectDir, 'client');
/**
 * Users have older and newer compilers: that of the package, with `npm run test:long`, and, ten times as fast, that of this
 * project.
 */
const olderCompiler = createRequire(join(clientDir, 'package.json')).resolve('typescript/bin/tsc');
const compiler = join(projectDir, 'node_modules', 'typescript', 'bin', 'tsc');
const TIMEOUT_MS = 300_000;

interface Example {
  readonly name: string;
  readonly code: string;
  /** What the page says that it prints; undefined for an example that runs in a browser. */
  readonly output: string | undefined;
}

/** The examples of the page: blocks of TypeScript, each followed by a block of what it prints if it can run here. */
async function examples(): Promise<readonly Example[]> {
  const page = await readFile(join(clientDir, 'README.md'), 'utf8');
  const blocks = [...page.matchAll(/```ts\n([\s\S]*?)```\n(?:\n```text\n([\s\S]*?)```\n)?/g)];
  return blocks.map(([, code = '', output], index) => ({ name: `example-${index + 1}`, code, output }));
}

const strict = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  target: 'es2023',
};
const onNode = { ...strict, module: 'nodenext', lib: ['es2023', 'dom', 'dom.iterable'], types: ['node'] };
const inBrowser = {
  ...strict,
  module: 'esnext',
  moduleResolution: 'bundler',
  lib: ['es2023', 'dom', 'dom.iterable'],
  types: [],
  noEmit: true,
};

let project: string;
let shown: readonly Example[];
let customerId: string;
let caseId: string;
const own = (text: string) => text.replaceAll('contoso', customerId).replaceAll('case-1001', caseId);
const asOnPage = (text: string) => text.replaceAll(customerId, 'contoso').replaceAll(caseId, 'case-1001');

/** What a compiler says of the files; nothing if they keep to the types. */
const typecheck = async (program: string, compilerOptions: object, files: readonly string[]): Promise<string> => {
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  const { stdout } = await run(process.execPath, [program, '-p', '.'], { cwd: project }).catch((error) => error);
  return stdout;
};

/** Packs the client, and installs the file into an empty project as its users do. */
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'allot-client-'));
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }));
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', project], { cwd: clientDir });
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  const flags = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', ['install', ...flags, `./${packed?.filename}`], { cwd: project });
  // Types of Node.js as its users have them, but not from the registry.
  await symlink(join(projectDir, 'node_modules', '@types'), join(project, 'node_modules', '@types'));
  await symlink(join(projectDir, 'node_modules', 'undici-types'), join(project, 'node_modules', 'undici-types'));

  shown = await examples();
  customerId = await aCustomer({ name: 'Contoso' });
  caseId = unique('case');
  await anActive(customerId, { name: 'Gold support', priority: 1 });
  await anActive(customerId, { name: 'Phone support', priority: 2, channels: [{ channel: 'phone' }] });
  for (const { name, code } of shown) await writeFile(join(project, `${name}.ts`), own(code));
}, TIMEOUT_MS);

afterAll(() => rm(project, { recursive: true, force: true }));

test('the page has examples for Node.js and for a browser', () => {
  expect(shown.map(({ output }) => output !== undefined)).toEqual([true, true, true, false]);
});

describe('the packed client in an empty project', { timeout: TIMEOUT_MS }, () => {
  test('has types that the examples for Node.js keep to, and each prints what the page shows', async () => {
    const runnable = shown.filter(({ output }) => output !== undefined);
    const files = runnable.map(({ name }) => `${name}.ts`);
    expect(await typecheck(process.env.ALLOT_LONG === undefined ? compiler : olderCompiler, onNode, files)).toBe('');
    const env = { ...process.env, ALLOT_URL: inject('apiUrl'), ALLOT_API_KEY: inject('apiKey') };
    for (const { name, output } of runnable) {
      const { stdout } = await run(process.execPath, [join(project, `${name}.js`)], { env });
      expect([name, asOnPage(stdout)]).toEqual([name, output]);
    }
  });

  test('needs no types of Node.js in a browser, and refuses a path, a member and a list that the API does not have', async () => {
    const files = shown.filter(({ output }) => output === undefined).map(({ name }) => `${name}.ts`);
    const wrong = [
      "import { createClient } from '@allot/client';",
      "const allot = createClient({ url: 'http://127.0.0.1', apiKey: 'key' });",
      "await allot.get('/v1/nothing');",
      "await allot.get('/v1/cases/{id}');",
      "await allot.post('/v1/cases', { body: { id: 'a', customerId: 'b', nothing: 1 } });",
      "await allot.post('/v1/cases', { body: { id: 'a' } });",
      "allot.items('/v1/settings');",
      "(await allot.get('/v1/settings')).nothing;",
    ];
    await writeFile(join(project, 'wrong.ts'), wrong.join('\n'));
    const said = await typecheck(compiler, inBrowser, [...files, 'wrong.ts']);
    const found = [...said.matchAll(/^(\S+)\((\d+),/gm)].map(([, file, line]) => `${file} ${line}`);
    expect(found).toEqual([3, 4, 5, 6, 7, 8].map((line) => `wrong.ts ${line}`));
  });
});
