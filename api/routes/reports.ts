import type { Endpoint, Parts } from '../endpoint.ts';
import { expiringReport } from '../reports/expiring.ts';
import { highTouchReport } from '../reports/high-touch.ts';
import { nearDepletionReport } from '../reports/near-depletion.ts';
import { overridesReport } from '../reports/overrides.ts';
import { renewalsReport } from '../reports/renewals.ts';
import { utilisationReport } from '../reports/utilisation.ts';

export const reportEndpoints = (parts: Pick<Parts, 'sql'>): readonly Endpoint[] => [
  nearDepletionReport(parts),
  expiringReport(parts),
  utilisationReport(parts),
  highTouchReport(parts),
  renewalsReport(parts),
  overridesReport(parts),
];
