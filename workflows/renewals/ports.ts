import type { EntitlementId } from '../../domain/ids.ts';
import type {
  AcceptMessage,
  RecalledRenewal,
  RenewalStepTaken,
  RevivedRenewalInput,
  StepDecided,
} from './renewal-messages.ts';

/** What a renewal's workflow asks of the world. Each can be asked again and then changes nothing. */
export interface RenewalActivities {
  /** Writes the step down, tells people and programs, and counts it, all in one transaction. */
  takeRenewalStep(taken: RenewalStepTaken): Promise<void>;
  /**
   * Makes the successor that was accepted and activates it. Fails for good, with the refusal's code, when the entitlement
   * does not take it.
   */
  makeSuccessor(taken: StepDecided, accept: AcceptMessage): Promise<EntitlementId>;
  /** The renewal as its record has it; null where there is none. */
  recallRenewal(which: Pick<RevivedRenewalInput, 'entitlementId' | 'n'>): Promise<RecalledRenewal | null>;
}
