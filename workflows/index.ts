export { entitlement } from './entitlement.ts';
