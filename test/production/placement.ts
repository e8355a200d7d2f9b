/** Where the services of docker-compose.yml stand when they are processes of one machine instead of containers. */
import { join } from 'node:path';
import type { Service } from './compose.ts';

const LOOPBACK = '127.0.0.1';
const EVERY_ADDRESS = '0.0.0.0';
const IS_HOST = /_(HOST|SEEDS)$/;
const IS_PORT = /(^|_)PORT$/;

/** Services by the name and port at which others reach them (`postgres:5432`), each with its port on this machine. */
export type Ports = ReadonlyMap<string, number>;

export interface Placed {
  readonly environment: Readonly<Record<string, string>>;
  readonly program: readonly string[];
  /** Files by their path on this machine. */
  readonly files: ReadonlyMap<string, string>;
  /** Each value that is not that of the file, as "NAME: what it was → what it is". */
  readonly changes: readonly string[];
}

/**
 * The service for this machine. Only addresses, ports and paths of files change: the name of a service becomes the loopback
 * address, its port the one of `ports`, and a path inside the container one below `dir`.
 */
export function placed(service: Service, ports: Ports, dir: string): Placed {
  const here = new Map(service.files.map(({ target }) => [target, join(dir, target)]));
  const changes: string[] = [];
  const environment = Object.fromEntries(
    Object.entries(service.environment).map(([name, value]) => {
      const now = here.get(value) ?? valueHere(name, value, ports);
      if (now !== value) changes.push(`${name}: ${hideSecret(value)} → ${hideSecret(now)}`);
      return [name, now];
    }),
  );
  return {
    environment,
    program: service.program.map((word) => here.get(word) ?? word),
    files: new Map(service.files.map(({ target, content }) => [join(dir, target), content])),
    changes,
  };
}

function valueHere(name: string, value: string, ports: Ports): string {
  if (value === EVERY_ADDRESS) return LOOPBACK;
  let now = value;
  for (const [address, port] of ports) {
    const [service = '', inside = ''] = address.split(':');
    // A database or a user may have the name of a service.
    if (now === service && IS_HOST.test(name)) return LOOPBACK;
    if (now === inside && IS_PORT.test(name)) return String(port);
    now = now.replaceAll(address, `${LOOPBACK}:${port}`);
  }
  return now;
}

/** The same address without the password in it. */
const hideSecret = (value: string): string => value.replace(/:\/\/([^:/@]+):[^@]+@/, '://$1:…@');
