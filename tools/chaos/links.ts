import { type Fault, TcpProxy } from '../../dev/tcp-proxy.ts';

interface Link {
  /** Who speaks to whom: `worker-1 → temporal`. */
  readonly name: string;
  readonly proxy: TcpProxy;
}

/** Where a worker or an API finds the servers. */
export interface ServerAddresses {
  readonly databaseUrl: string;
  /** Host and port. */
  readonly temporalAddress: string;
}

/**
 * The connections between the parts of a system, each through a proxy of its own that disturbs it:
 * `api-1 → postgres`, `api-1 → temporal`, the same for every API and worker, `client → api-1` and `client → temporal`.
 */
export class Links {
  readonly #links: Link[] = [];

  get names(): string[] {
    return this.#links.map(({ name }) => name);
  }

  /** The settings of a worker or an API that reaches the servers through links of its own. */
  async toServers(part: string, servers: ServerAddresses): Promise<NodeJS.ProcessEnv> {
    const database = new URL(servers.databaseUrl);
    database.port = String(await this.#place(`${part} → postgres`, database.hostname, database.port));
    return { DATABASE_URL: database.href, TEMPORAL_ADDRESS: await this.toTemporal(part, servers) };
  }

  /** The address of Temporal through a link of the part's own. */
  async toTemporal(part: string, { temporalAddress }: Pick<ServerAddresses, 'temporalAddress'>): Promise<string> {
    const { hostname, port } = new URL(`tcp://${temporalAddress}`);
    return `127.0.0.1:${await this.#place(`${part} → temporal`, hostname, port)}`;
  }

  /** The address of an API through a link. */
  async toApi(api: string, port: number): Promise<string> {
    return `http://127.0.0.1:${await this.#place(`client → ${api}`, '127.0.0.1', String(port))}`;
  }

  begin(name: string, fault: Fault): void {
    this.#named(name).begin(fault);
  }

  end(name: string): void {
    this.#named(name).end();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#links.map(({ proxy }) => proxy.stop()));
  }

  async #place(name: string, host: string, port: string): Promise<number> {
    const proxy = await TcpProxy.start({ host, port: Number(port) });
    this.#links.push({ name, proxy });
    return proxy.port;
  }

  #named(wanted: string): TcpProxy {
    const link = this.#links.find(({ name }) => name === wanted);
    if (link === undefined) throw new RangeError(`There is no connection "${wanted}".`);
    return link.proxy;
  }
}
