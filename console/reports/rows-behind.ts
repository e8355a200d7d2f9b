/** The names of the API's parameters that the addresses of this console call otherwise. */
const CALLED: Readonly<Record<string, string>> = { customerId: 'customer', allocationType: 'unit', caseId: 'case' };

/**
 * The address in this console of what a `links` member of a report names: the rows of a ledger, the same report by
 * entitlement, or a renewal. `/` for any other path.
 */
export function addressOf(link: string): string {
  const { pathname, searchParams } = new URL(link, window.location.origin);
  const params = new URLSearchParams([...searchParams].map(([name, value]) => [CALLED[name] ?? name, value]));
  const ledger = /^\/v1\/entitlements\/([^/]+)\/ledger$/.exec(pathname);
  if (ledger?.[1] !== undefined) {
    const rows = new URLSearchParams([['entitlement', decodeURIComponent(ledger[1])], ...params]);
    return `/reports/ledger?${rows}`;
  }
  if (pathname.startsWith('/v1/reports/')) return `${pathname.slice('/v1'.length)}?${params}`;
  if (pathname.startsWith('/v1/renewals/')) return pathname.slice('/v1'.length);
  return '/';
}
