export { delivery } from './delivery.ts';
export { entitlement } from './entitlement.ts';
