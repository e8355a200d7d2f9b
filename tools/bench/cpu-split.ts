import { cpuMs } from './cpu.ts';
import type { BenchStack } from './stack.ts';

/** CPU milliseconds by process. `client` is the bench itself; where it sends updates by gRPC, that is its part. */
export type CpuSplit = Readonly<Record<'temporal' | 'worker' | 'api' | 'postgres' | 'client', number>>;

const NOTHING: CpuSplit = { temporal: 0, worker: 0, api: 0, postgres: 0, client: 0 };

async function cpuNow({ pids }: BenchStack): Promise<CpuSplit> {
  const sumOf = async (...each: readonly number[]): Promise<number> =>
    (await Promise.all(each.map(cpuMs))).reduce<number>((sum, ms) => sum + (ms ?? 0), 0);
  const { user, system } = process.cpuUsage();
  return {
    temporal: await sumOf(pids.temporal),
    worker: await sumOf(pids.worker, pids.bare),
    api: await sumOf(pids.api, pids.floor),
    postgres: await sumOf(pids.postgres),
    client: (user + system) / 1_000,
  };
}

/** Adds up what operations of one kind take, over several rounds. */
export class CpuOfOperations {
  private readonly stack: BenchStack;
  private spent = NOTHING;
  private operations = 0;

  constructor(stack: BenchStack) {
    this.stack = stack;
  }

  /** Runs `work`, and counts what all processes took meanwhile for its operations. */
  async during<Result extends { readonly done: number }>(work: () => Promise<Result>): Promise<Result> {
    const before = await cpuNow(this.stack);
    const result = await work();
    const after = await cpuNow(this.stack);
    this.spent = combined((name) => this.spent[name] + after[name] - before[name]);
    this.operations += result.done;
    return result;
  }

  /** CPU milliseconds of one operation. */
  get each(): CpuSplit {
    return combined((name) => this.spent[name] / this.operations);
  }

  /** `14.8 CPU-ms (temporal 6.2, worker 4.2, …)`; says so where the machine does not count by process. */
  get text(): string {
    const { each } = this;
    if (each.temporal === 0) return 'CPU not known';
    const sum = Object.values(each).reduce((total, ms) => total + ms, 0);
    const parts = Object.entries(each).map(([name, ms]) => `${name} ${ms.toFixed(2)}`);
    return `${sum.toFixed(1)} CPU-ms (${parts.join(', ')})`;
  }
}

const combined = (of: (name: keyof CpuSplit) => number): CpuSplit => ({
  temporal: of('temporal'),
  worker: of('worker'),
  api: of('api'),
  postgres: of('postgres'),
  client: of('client'),
});
