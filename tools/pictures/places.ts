import type { NodeClient } from '../../client/node.ts';

/** Pages by the names of their pictures, with records of the running system that have much to show. */
export async function placesOf(client: NodeClient): Promise<ReadonlyMap<string, string>> {
  const busiest = (await client.get('/v1/reports/high-touch')).items[0];
  const customer = busiest?.customerId ?? (await firstOf(client.items('/v1/customers')))?.id;
  const query = customer === undefined ? {} : { customerId: customer };
  const entitlement = await firstOf(
    client.items('/v1/entitlements', { params: { query: { ...query, view: 'active' } } }),
  );
  const draft = await firstOf(client.items('/v1/entitlements', { params: { query: { view: 'draft' } } }));
  const supportCase = await firstOf(client.items('/v1/cases', { params: { query } }));
  const renewal = await firstOf(client.items('/v1/renewals', { params: { query: { stage: 'open' } } }));
  return new Map(
    Object.entries({
      home: '/',
      entitlements: '/entitlements',
      entitlement: entitlement && `/entitlements/${entitlement.id}`,
      'new-entitlement': `/entitlements/new?template=silver${customer === undefined ? '' : `&customer=${customer}`}`,
      edit: draft && `/entitlements/${draft.id}/edit`,
      customers: '/customers',
      customer: customer && `/customers/${customer}`,
      products: '/products',
      cases: '/cases',
      case: supportCase && `/cases/${supportCase.id}`,
      'new-case': `/cases/new${customer === undefined ? '' : `?customer=${customer}&channel=email`}`,
      renewals: '/renewals',
      renewal: renewal && `/renewals/${encodeURIComponent(renewal.id)}`,
      reports: '/reports',
      'near-depletion': '/reports/near-depletion',
      utilisation: '/reports/utilisation',
      administration: '/administration',
      templates: '/administration/templates',
      'service-levels': '/administration/slas',
      settings: '/administration/settings',
      'api-keys': '/administration/api-keys',
      webhooks: '/administration/webhooks',
      deliveries: '/administration/deliveries',
      audit: '/administration/audit',
      import: '/administration/import',
      panel: customer && `/panel?customer=${customer}&channel=email`,
    }).flatMap(([name, path]): [string, string][] => (path === undefined ? [] : [[name, path]])),
  );
}

async function firstOf<Item>(items: AsyncIterable<Item>): Promise<Item | undefined> {
  for await (const item of items) return item;
  return undefined;
}
