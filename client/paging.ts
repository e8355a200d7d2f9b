/**
 * The pages of a list, each asked for when the one before was taken. `ask` makes the call that it is given; the first
 * call is the caller's own, and each further one differs in its cursor.
 */
export async function* pagesOf<Page>(
  ask: (call: object | undefined) => Promise<Page>,
  call: object | undefined,
): AsyncGenerator<Page, void> {
  let page = await ask(call);
  for (;;) {
    yield page;
    const cursor = memberOf(page, 'nextCursor');
    if (typeof cursor !== 'string') return;
    page = await ask(withCursor(call, cursor));
  }
}

function withCursor(call: object | undefined, cursor: string): object {
  const params = memberOf(call, 'params');
  return { ...call, params: { ...objectOf(params), query: { ...objectOf(memberOf(params, 'query')), cursor } } };
}

const objectOf = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});

const memberOf = (value: unknown, name: string): unknown => new Map(Object.entries(objectOf(value))).get(name);
