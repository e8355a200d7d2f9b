import type { EntitlementView } from '../../api/entitlements/entitlement-view.ts';
import type { World } from './story.ts';

/** Routes of records that the stories do not change while two readings are compared. */
const LISTS = ['/v1/customers', '/v1/templates', '/v1/slas', '/v1/webhooks', '/v1/api-keys', '/v1/renewals'];

interface Page {
  readonly items: readonly Record<string, unknown>[];
  readonly nextCursor: string | null;
}

/** What the API answers about the entitlements, their ledgers and cases, and about the records around them, by route. */
export async function answersAbout(
  world: World,
  entitlements: readonly { id: string }[],
): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {};
  for (const { id } of entitlements) {
    const path = `/v1/entitlements/${id}`;
    answers[path] = comparable(await world.ask<EntitlementView>(200, 'GET', path));
    for (const list of [`${path}/ledger`, `/v1/cases?entitlementId=${id}`]) answers[list] = await all(world, list);
  }
  for (const list of LISTS) answers[list] = await all(world, list);
  answers['/v1/settings'] = await world.ask(200, 'GET', '/v1/settings');
  return answers;
}

/**
 * Without what remains of a channel row that has the whole total: since 0.2.0 that is what remains of the whole, top-ups
 * included, as CHANGELOG.md says.
 */
function comparable({ channels, ...entitlement }: EntitlementView): object {
  const rows = channels.map(({ remainingTerm, ...row }) =>
    row.totalTerm === entitlement.totalTerm ? row : { ...row, remainingTerm },
  );
  return { ...entitlement, channels: rows };
}

async function all(world: World, list: string): Promise<readonly Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ limit: '200', ...(cursor === null ? {} : { cursor }) });
    const page: Page = await world.ask<Page>(200, 'GET', `${list}${list.includes('?') ? '&' : '?'}${query}`);
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}
