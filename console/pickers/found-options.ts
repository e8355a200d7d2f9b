import type { Found, Option } from './picker-props.ts';

/** How many records a picker reads at once, and how many it shows of those that the API found. */
export const READ_AT_ONCE = 200;

interface Named {
  readonly id: string;
  readonly name: string;
}

interface Read<Data> {
  readonly data?: Data | undefined;
  readonly isFetching: boolean;
  readonly error: unknown;
}

const optionOf = ({ id, name }: Named): Option => ({ value: id, label: name });

/** The ids that the list does not hold: their records are read one by one, so that a picker shows their names. */
export const missingIn = (list: Read<{ items: readonly Named[] }>, chosen: readonly string[]): readonly string[] =>
  list.data === undefined ? [] : chosen.filter((id) => list.data?.items.every((item) => item.id !== id));

/** The records of a list, with those that are chosen already. One that cannot be read any more is shown by its id. */
export function foundOf(
  list: Read<{ items: readonly Named[] }>,
  missing: readonly string[],
  singles: readonly Read<Named>[],
): Found {
  const chosen = singles.flatMap(({ data, error }, index): Option[] => {
    if (data !== undefined) return [optionOf(data)];
    const id = missing[index];
    return error === null || id === undefined ? [] : [{ value: id, label: id }];
  });
  const options = [...chosen, ...(list.data?.items ?? []).map(optionOf)];
  return { options, isFetching: list.isFetching, isFailed: list.error !== null };
}
