import type { EntitlementsGateway } from '../../temporal/entitlements-gateway.ts';
import type { Services } from '../http/endpoint.ts';

/** What the routes of entitlements need. */
export interface EntitlementServices extends Services {
  readonly gateway: EntitlementsGateway;
}
