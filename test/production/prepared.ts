import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lastingPort } from '../../dev/free-port.ts';
import { projectDir } from '../../runtime/project-dir.ts';
import { readCompose, type Service } from './compose.ts';
import { TEMPORAL_PORTS } from './temporal-extras.ts';

export interface Prepared {
  readonly services: Readonly<Record<string, Service>>;
  readonly ports: ReadonlyMap<string, number>;
  readonly internalPorts: Readonly<Record<string, string>>;
}

/** The services of docker-compose.yml with passwords of their own, and the ports that they get on this machine. */
export async function prepare(variables: Readonly<Record<string, string>>): Promise<Prepared> {
  const secret = () => randomBytes(16).toString('hex');
  const passwords = { POSTGRES_PASSWORD: secret(), ALLOT_DB_PASSWORD: secret(), TEMPORAL_DB_PASSWORD: secret() };
  const text = await readFile(join(projectDir, 'docker-compose.yml'), 'utf8');
  const internalPorts: Record<string, string> = {};
  for (const name of TEMPORAL_PORTS) internalPorts[name] = String(await lastingPort());
  return {
    services: readCompose(text, { ...passwords, ...variables }),
    ports: new Map([
      ['postgres:5432', await lastingPort()],
      ['temporal:7233', await lastingPort()],
    ]),
    internalPorts,
  };
}

/** The settings in `postgres -c name=value …`. */
export function settingsOf(program: readonly string[]): Record<string, string> {
  const pairs = program.filter((_, index) => program[index - 1] === '-c');
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}
