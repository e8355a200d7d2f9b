/** What the test gives to Temporal's server beyond docker-compose.yml. */

/** In a container each of these has its default; several servers on one machine need ports of their own. */
export const TEMPORAL_PORTS = [
  'FRONTEND_HTTP_PORT',
  'FRONTEND_MEMBERSHIP_PORT',
  'MATCHING_GRPC_PORT',
  'MATCHING_MEMBERSHIP_PORT',
  'HISTORY_GRPC_PORT',
  'HISTORY_MEMBERSHIP_PORT',
  'WORKER_GRPC_PORT',
  'WORKER_MEMBERSHIP_PORT',
] as const;

/** More dynamic configuration: a year is lived by moving the clocks of workflows. No installation needs this. */
export const TIME_SKIPPING = `
frontend.WorkflowTimeSkippingEnabled:
  - value: true
frontend.WorkflowTimeSkippingMaxSkipPerSession:
  - value: 100000
`;
