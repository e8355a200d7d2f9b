import { type PartKind, partNames } from './stack.ts';

/** The parts of a stack with so many workers and APIs, in the order of `ChaosStack.parts`. */
export const partsOf = (workers: number, apis: number): { readonly name: string; readonly kind: PartKind }[] => [
  { name: 'postgres', kind: 'postgres' },
  { name: 'temporal', kind: 'temporal' },
  ...partNames('worker', workers).map((name) => ({ name, kind: 'worker' as const })),
  ...partNames('api', apis).map((name) => ({ name, kind: 'api' as const })),
];

/** The connections of such a stack. */
export const linkNames = (workers: number, apis: number): string[] => [
  ...[...partNames('worker', workers), ...partNames('api', apis)].flatMap((part) => [
    `${part} → postgres`,
    `${part} → temporal`,
  ]),
  ...partNames('api', apis).map((api) => `client → ${api}`),
  'client → temporal',
];
