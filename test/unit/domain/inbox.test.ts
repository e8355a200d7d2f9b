import { expect, test } from 'vitest';
import { createEntitlement } from '../../../domain/entitlements/evolve.ts';
import { lifeRow } from '../../../domain/ledger/ledger-row.ts';
import { EntitlementRun } from '../../../workflows/entitlements/entitlement-run.ts';
import { Inbox } from '../../../workflows/entitlements/inbox.ts';
import { detailsWith, ID, originAt, STARTS_AT } from './samples.ts';

/** An entitlement that has forgotten all cases and keys, as after a checkpoint. */
function forgetful() {
  const run = new EntitlementRun(ID);
  const { entitlement } = createEntitlement(
    ID,
    lifeRow(originAt(STARTS_AT), 'created', { details: detailsWith() }, 10),
  );
  run.restore({ entitlement, generation: 1 });
  const task = { number: 1 };
  const decided: string[] = [];
  const inbox = new Inbox(run, () => task.number);
  const leave = (name: string) => {
    const about = { cases: [name], keys: [name] };
    inbox.leave(about, { kind: 'attach', content: name }, () => decided.push(name));
  };
  const now = (name: string) => {
    inbox.leave({ cases: [], keys: [] }, { kind: 'attach', content: name }, () => decided.push(name));
  };
  return { inbox, leave, now, decided, task };
}

test('a load decides what it was asked for, whatever else came or was decided meanwhile', () => {
  const { inbox, leave, decided } = forgetful();
  leave('one');
  leave('two');
  const { messages, cases } = inbox.wanted();
  expect(cases).toEqual(['one', 'two']);
  leave('three');
  inbox.decide(messages);
  inbox.decide(messages);
  expect(decided).toEqual(['one', 'two']);
  expect(inbox.isEmpty).toBe(false);
});

test('closed, it keeps signals for the next run; opened again, it decides those that it knows, in their order', () => {
  const { inbox, leave, now, decided } = forgetful();
  inbox.close();
  now('one');
  now('two');
  leave('forgotten');
  now('three');
  expect(decided).toEqual([]);
  expect(inbox.signals.map(({ content }) => content)).toEqual(['one', 'two', 'forgotten', 'three']);
  inbox.open();
  expect(decided).toEqual(['one', 'two']);
  inbox.decide(inbox.wanted().messages);
  expect(decided).toEqual(['one', 'two', 'forgotten', 'three']);
  expect(inbox.signalsDecided).toBe(4);
});

test('a task is quiet when it brought no signal', () => {
  const { inbox, now, task } = forgetful();
  now('one');
  expect(inbox.isQuiet).toBe(false);
  task.number = 2;
  expect(inbox.isQuiet).toBe(true);
});
