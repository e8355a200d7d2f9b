import type { EntitlementsGateway } from '../../temporal/entitlements-gateway.ts';
import type { SuccessorMaker } from '../../temporal/successor-maker.ts';
import type { Services } from '../http/endpoint.ts';

/** What the routes of entitlements need. */
export interface EntitlementServices extends Services {
  readonly gateway: EntitlementsGateway;
  readonly successors: SuccessorMaker;
}
