import type { Endpoint, Parts } from '../endpoint.ts';
import { expiringReport } from '../reports/expiring.ts';
import { highTouchReport } from '../reports/high-touch.ts';
import { nearDepletionReport } from '../reports/near-depletion.ts';
import { overridesReport } from '../reports/overrides.ts';
import { utilisationReport } from '../reports/utilisation.ts';

export const reportEndpoints = (parts: Pick<Parts, 'sql'>): readonly Endpoint[] => [
  nearDepletionReport(parts),
  expiringReport(parts),
  utilisationReport(parts),
  highTouchReport(parts),
  overridesReport(parts),
];
