// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of a compose file look like that
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pinnedServerVersion } from '../../../dev/temporal-build.ts';
import { projectDir } from '../../../runtime/project-dir.ts';
import { interpolate, readCompose } from '../../production/compose.ts';
import { placed } from '../../production/placement.ts';

const SECRETS = { POSTGRES_PASSWORD: 'one', ALLOT_DB_PASSWORD: 'two', TEMPORAL_DB_PASSWORD: 'three' };
const theFile = () => readFile(join(projectDir, 'docker-compose.yml'), 'utf8');

describe('a variable of the compose file', () => {
  test.each([
    ['${NAME}', 'value'],
    ['a${NAME:-other}b', 'avalueb'],
    ['${EMPTY:-other}', 'other'],
    ['${NONE:-x${NAME:-y}z}', 'xvaluez'],
    ['${NONE:-}', ''],
    ['$$NAME $${NAME}', '$NAME ${NAME}'],
  ])('%s is %s', (text, value) => {
    expect(interpolate(text, { NAME: 'value', EMPTY: '' })).toBe(value);
  });

  test('that must be set and is not is named', () => {
    expect(() => interpolate('${NONE:?set it}', {})).toThrow('needs NONE: set it');
  });

  test.each(['$NAME', '${NAME:+x}', '${NAME:-x'])('%s is not guessed at', (text) => {
    expect(() => interpolate(text, {})).toThrow('docker-compose.yml');
  });
});

describe('docker-compose.yml', () => {
  test('names the version of Temporal that dev/temporal-go builds', async () => {
    const { temporal, 'temporal-schema': schema } = readCompose(await theFile(), SECRETS);
    const version = await pinnedServerVersion();
    expect(temporal?.image).toBe(`temporalio/server:${version}`);
    expect(schema?.image).toBe(`temporalio/admin-tools:${version}`);
  });

  test('runs two workers and two APIs with the same database, and no secret has a default', async () => {
    const { worker, api } = readCompose(await theFile(), SECRETS);
    expect([worker?.replicas, api?.replicas]).toEqual([2, 2]);
    expect(api?.environment.DATABASE_URL).toBe('postgres://allot:two@postgres:5432/allot');
    expect(worker?.environment.DATABASE_URL).toBe(api?.environment.DATABASE_URL);
    const text = await theFile();
    for (const name of Object.keys(SECRETS)) expect(() => readCompose(text, { ...SECRETS, [name]: '' })).toThrow(name);
  });
});

describe('a service on one machine', () => {
  const service = {
    image: 'x',
    program: ['/bin/sh', '/allot/run.sh'],
    replicas: 1,
    files: [{ target: '/allot/run.sh', content: 'true' }],
    environment: {
      DATABASE_URL: 'postgres://allot:secret@postgres:5432/allot',
      DB_PORT: '5432',
      DB_SEEDS: 'postgres',
      DB_USER: 'postgres',
      BIND: '0.0.0.0',
      FILE: '/allot/run.sh',
      SHARDS: '5432',
    },
  };

  test('keeps everything but addresses, ports and paths, and says what it changed', () => {
    const { environment, program, files, changes } = placed(service, new Map([['postgres:5432', 41_000]]), '/tmp/x');
    expect(environment).toEqual({
      DATABASE_URL: 'postgres://allot:secret@127.0.0.1:41000/allot',
      DB_PORT: '41000',
      DB_SEEDS: '127.0.0.1',
      DB_USER: 'postgres',
      BIND: '127.0.0.1',
      FILE: '/tmp/x/allot/run.sh',
      SHARDS: '5432',
    });
    expect(program).toEqual(['/bin/sh', '/tmp/x/allot/run.sh']);
    expect([...files]).toEqual([['/tmp/x/allot/run.sh', 'true']]);
    expect(changes).toHaveLength(5);
    expect(changes.join()).not.toContain('secret');
  });
});
