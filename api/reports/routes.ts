import type { Endpoint, Services } from '../http/endpoint.ts';
import { expiringReport } from './expiring.ts';
import { highTouchReport } from './high-touch.ts';
import { nearDepletionReport } from './near-depletion.ts';
import { overridesReport } from './overrides.ts';
import { renewalsReport } from './renewals.ts';
import { serviceLevelsReport } from './service-levels.ts';
import { utilisationReport } from './utilisation.ts';

export const reportEndpoints = (services: Services): readonly Endpoint[] => [
  nearDepletionReport(services),
  expiringReport(services),
  utilisationReport(services),
  highTouchReport(services),
  renewalsReport(services),
  overridesReport(services),
  serviceLevelsReport(services),
];
