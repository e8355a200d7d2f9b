import type { Entitlement } from './entitlement.ts';

/**
 * How a version that somebody saw relates to the entitlement now. `current`: no row came since. `unchanged`: only cases
 * or renewals wrote rows since, and the contract is what it was. `changed`: somebody, or the time, changed the contract
 * since, or there never was such a version.
 */
export function sinceVersion(
  { seq, changedSeq = seq }: Pick<Entitlement, 'seq' | 'changedSeq'>,
  version: number,
): 'current' | 'unchanged' | 'changed' {
  if (version === seq) return 'current';
  return version >= changedSeq && version < seq ? 'unchanged' : 'changed';
}
