export { delivery } from './delivery.ts';
export { entitlement } from './entitlement.ts';
export { renewal } from './renewal.ts';
