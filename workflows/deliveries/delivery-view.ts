import { setCurrentDetails } from '@temporalio/workflow';
import { RefusedMessages } from '../messages/refused-messages.ts';

/** What an operator sees of a delivery: how its last attempt went, and which messages it could not take. */
export class DeliveryView {
  private readonly refusals = new RefusedMessages();
  private shown = '';

  show(how: string): void {
    this.shown = how;
    setCurrentDetails([how, ...this.refusals.lines].join('\n'));
  }

  refused(name: string, why: string): void {
    this.refusals.note(name, why);
    this.show(this.shown);
  }
}
