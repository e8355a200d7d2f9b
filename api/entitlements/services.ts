import type { EntitlementsGateway } from '../../temporal/entitlements-gateway.ts';
import type { Services } from '../http/endpoint.ts';

/** What the routes of entitlements work with. */
export interface EntitlementServices extends Services {
  readonly gateway: EntitlementsGateway;
}
