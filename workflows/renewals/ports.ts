import type { EntitlementId } from '../../domain/ids.ts';
import type {
  AcceptMessage,
  RecalledRenewal,
  RenewalStepTaken,
  RevivedRenewalInput,
  StepDecided,
} from './renewal-messages.ts';

/** What a renewal's workflow asks of the world. Asking for the same again changes nothing. */
export interface RenewalActivities {
  /** Writes the step and announces it to people and programs, in one transaction. */
  takeRenewalStep(taken: RenewalStepTaken): Promise<void>;
  /**
   * Makes the successor that was accepted and activates it. Fails for good, with the code of the refusal, if the
   * entitlement refuses it.
   */
  makeSuccessor(taken: StepDecided, accept: AcceptMessage): Promise<EntitlementId>;
  /** Reads the record of the renewal; null if there is none. */
  recallRenewal(which: Pick<RevivedRenewalInput, 'entitlementId' | 'n'>): Promise<RecalledRenewal | null>;
}
