import type { EntitlementRun } from './entitlement-run.ts';
import type { Inbox } from './inbox.ts';
import type { OperatorView } from './operator-view.ts';

/** What the handlers of messages work with. */
export interface Listening {
  readonly run: EntitlementRun;
  readonly inbox: Inbox;
  readonly view: OperatorView;
}
