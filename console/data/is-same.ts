/** Whether two values are the same JSON, whatever the order of members. */
export function isSame(left: unknown, right: unknown): boolean {
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return left === right;
  const [ours, theirs] = [new Map(Object.entries(left)), new Map(Object.entries(right))];
  return (
    ours.size === theirs.size && [...ours].every(([name, value]) => theirs.has(name) && isSame(value, theirs.get(name)))
  );
}

/** Whether the record has each of these members, and whatever others. */
export function holdsAll(record: object, members: object): boolean {
  const held = new Map<string, unknown>(Object.entries(record));
  return Object.entries(members).every(([name, value]) => isSame(held.get(name), value));
}
