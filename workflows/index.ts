export { caseClock } from './clocks/case-clock.ts';
export { delivery } from './deliveries/delivery.ts';
export { entitlement } from './entitlements/entitlement.ts';
export { renewal } from './renewals/renewal.ts';
