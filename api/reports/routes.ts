import type { Endpoint, Parts } from '../http/endpoint.ts';
import { expiringReport } from './expiring.ts';
import { highTouchReport } from './high-touch.ts';
import { nearDepletionReport } from './near-depletion.ts';
import { overridesReport } from './overrides.ts';
import { renewalsReport } from './renewals.ts';
import { utilisationReport } from './utilisation.ts';

export const reportEndpoints = (parts: Pick<Parts, 'sql'>): readonly Endpoint[] => [
  nearDepletionReport(parts),
  expiringReport(parts),
  utilisationReport(parts),
  highTouchReport(parts),
  renewalsReport(parts),
  overridesReport(parts),
];
