import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Links } from '../../tools/chaos/links.ts';
import type { ChaosStack, Part, PartKind, StartStack } from '../../tools/chaos/stack.ts';
import { ProductionStack, type StackOptions } from './production-stack.ts';

/** The production shape as chaos wants it: each worker and each API has connections of its own that chaos can disturb. */
export const startForChaos =
  (options: Omit<StackOptions, 'envOf' | 'dir'>): StartStack =>
  async ({ dir, env }): Promise<ChaosStack> => {
    const links = new Links();
    const envOf: StackOptions['envOf'] = async (part, servers) => ({
      ...env,
      ...(await links.toServers(part, servers)),
    });
    const stack = await ProductionStack.start({ ...options, dir, envOf });
    const { databaseUrl, temporalAddress, namespace, apiKey } = stack;
    const kinds = ['postgres', 'temporal', ...stack.appParts].map((name): [string, PartKind] => [
      name,
      name.replace(/-\d+$/, '') as PartKind,
    ]);
    const apis = stack.appParts.filter((name) => name.startsWith('api'));
    return {
      parts: kinds.map(([name, kind]) => partOf(stack, name, kind)),
      links,
      apiUrls: await Promise.all(apis.map((name) => links.toApi(name, stack.portOf(name)))),
      clientTemporalAddress: await links.toTemporal('client', { temporalAddress }),
      databaseUrl,
      temporalAddress,
      namespace,
      apiKey,
      stop: async () => {
        await stack.stop({ keepFiles: true });
        await links.stop();
        await rm(join(dir, 'postgres'), { recursive: true, force: true });
      },
    };
  };

const partOf = (stack: ProductionStack, name: string, kind: PartKind): Part => ({
  name,
  kind,
  get running() {
    return stack.runningPart(name);
  },
  start: () => stack.begin(name),
});
