import type { RenewalsGateway } from '../../temporal/renewals-gateway.ts';
import type { EntitlementServices } from '../entitlements/services.ts';

/** What the routes of renewals and opportunities work with. */
export interface RenewalServices extends EntitlementServices {
  readonly renewals: RenewalsGateway;
}
