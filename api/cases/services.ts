import type { ReadNamed } from '../../db/directory/named-records.ts';
import type { createSlaReader } from '../../db/slas/slas.ts';
import type { EntitlementsGateway } from '../../temporal/entitlements-gateway.ts';
import type { Services } from '../http/endpoint.ts';
import type { CaseChanges } from './case-changes.ts';
import type { CasePath, CasePathParts } from './case-path.ts';

/** What the routes of cases work with. */
export interface CaseServices extends Services {
  readonly gateway: EntitlementsGateway;
  readonly casePath: CasePath;
  readonly caseChanges: CaseChanges;
  readonly caseReads: Pick<CasePathParts, 'offers'> & {
    readonly named: ReadNamed;
    readonly slas: ReturnType<typeof createSlaReader>;
  };
}
