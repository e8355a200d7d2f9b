import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentFrom } from '../../../dev/openapi-source.ts';

const WHO = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];

const repository = mkdtempSync(join(tmpdir(), 'allot-openapi-'));
const git = (...args: readonly string[]) => execFileSync('git', [...WHO, ...args], { cwd: repository });

/** A repository as a clone has it: the commit with the document is only in a branch of the origin. */
beforeAll(() => {
  git('init', '--quiet', '--initial-branch', 'mine');
  git('commit', '--quiet', '--allow-empty', '-m', 'Before the document');
  git('tag', 'old');
  writeFileSync(join(repository, 'openapi.json'), '{"paths":{}}');
  git('add', 'openapi.json');
  git('commit', '--quiet', '-m', 'The document');
  git('update-ref', 'refs/remotes/origin/main', 'HEAD');
});

afterAll(() => rmSync(repository, { recursive: true }));

test.each(['mine', 'HEAD', 'main', 'origin/main'])('the document of %s is found', async (name) => {
  expect(await documentFrom(name, repository)).toEqual({ paths: {} });
});

test('a file is read as it is', async () => {
  expect(await documentFrom(join(repository, 'openapi.json'), repository)).toEqual({ paths: {} });
});

test('a name that is no commit, and a commit without the document, are told apart', async () => {
  await expect(documentFrom('nowhere', repository)).rejects.toThrow('"nowhere" is neither a file nor a commit');
  await expect(documentFrom('old', repository)).rejects.toThrow('The commit "old" has no openapi.json');
});
