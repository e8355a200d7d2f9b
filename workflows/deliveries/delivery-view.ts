import { setCurrentDetails } from '@temporalio/workflow';
import { RefusedMessages } from '../messages/refused-messages.ts';

/** Shows the operator how the last attempt of a delivery went, and which messages the delivery refused. */
export class DeliveryOperatorView {
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
