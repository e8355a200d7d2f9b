import { describe, expect, test } from 'vitest';
import { type CaseEvent, fingerprintOf } from '../../../domain/cases/case-event.ts';
import { caseId, entitlementId } from '../../../domain/ids.ts';
import type { FirstAnswer } from '../../../workflows/entitlements/case-messages.ts';
import { Inbox } from '../../../workflows/entitlements/inbox.ts';
import { packCase, packRow } from '../../../workflows/entitlements/packed.ts';
import { MAX_PAYLOAD_BYTES } from '../../../workflows/messages/bytes.ts';
import { activeRun, eventTo } from '../domain/running.ts';
import { attach, DURING, detailsWith, resolve, update } from '../domain/samples.ts';

const FROM = entitlementId('ent_other');

/** An entitlement with a case of its own and one that has moved in. */
function withMovedCase() {
  const run = activeRun(detailsWith());
  eventTo(run, { ...attach('own'), key: 'own' });
  eventTo(run, { ...attach('moved', { movedFrom: { entitlementId: FROM, seq: 3 } }), key: 'move' });
  return run;
}

const first = (event: CaseEvent & { key: string }, fingerprint: string): FirstAnswer => ({
  key: event.key,
  fingerprint,
  entitlementId: FROM,
  seq: 7,
  refusal: null,
  detail: null,
  isGivenUp: false,
});

describe('a message is decided at once', () => {
  const about = (id: string) => ({ cases: [id], keys: ['new'], everywhere: true });

  test('only where its sender has read the database: any other asks all ledgers for its key', () => {
    const inbox = new Inbox(withMovedCase(), () => 1);
    expect(inbox.isOpenFor(about('own'), {})).toBe(false);
    expect(inbox.isOpenFor(about('own'), { knowledge: { generation: 0, cases: [] } })).toBe(true);
    expect(inbox.isOpenFor({ ...about('own'), keys: ['own'] }, {})).toBe(true);
  });

  test('of a case that moved in, only where its sender has read that stay', () => {
    const run = withMovedCase();
    const inbox = new Inbox(run, () => 1);
    const supportCase = run.memory.caseOf(caseId('moved'));
    if (supportCase === undefined) throw new Error('The case has moved in.');
    const knowing = (attachedSeq: number) => ({
      knowledge: { generation: 0, cases: [packCase({ ...supportCase, attachedSeq })] },
    });
    expect(inbox.isOpenFor(about('moved'), { knowledge: { generation: 0, cases: [] } })).toBe(false);
    expect(inbox.isOpenFor(about('moved'), knowing(supportCase.attachedSeq - 1))).toBe(false);
    expect(inbox.isOpenFor(about('moved'), knowing(supportCase.attachedSeq))).toBe(true);
  });

  test('ahead of those that wait, where it finishes a move', () => {
    const inbox = new Inbox(withMovedCase(), () => 1);
    inbox.leave(about('own'), { kind: 'resolve', content: {} }, () => undefined);
    const message = { cases: ['own'], keys: ['moved:own'], everywhere: false };
    expect(inbox.isOpenFor(message, {})).toBe(false);
    expect(inbox.isOpenFor({ ...message, passes: true }, {})).toBe(true);
  });

  test('as ever, where the history was written by code that asked the own ledger alone', () => {
    const inbox = new Inbox(
      withMovedCase(),
      () => 1,
      () => false,
    );
    expect(inbox.isOpenFor(about('moved'), {})).toBe(true);
  });
});

describe('a key that another ledger has', () => {
  test('gets the answer from there and changes nothing; with other content it is a conflict', () => {
    const run = withMovedCase();
    const event = { ...update('moved', { minutes: 5 }), key: 'there' };
    const seq = run.entitlement.seq;
    run.memory.recallElsewhere([first(event, 'another content')]);
    expect(eventTo(run, event)).toMatchObject({ code: 'idempotency_conflict', seq: null });
    run.memory.recallElsewhere([first(event, fingerprintOf(event))]);
    expect(eventTo(run, event)).toEqual({ outcome: 'accepted', repeated: true, seq: 7, entitlementId: FROM });
    expect(run.entitlement.seq).toBe(seq);
    run.memory.forgetElsewhere();
    expect(eventTo(run, event)).toMatchObject({ outcome: 'accepted', repeated: false, seq: seq + 1 });
  });
});

describe('the rows that a sender is handed to write', () => {
  const seqs = (run: ReturnType<typeof activeRun>, event: CaseEvent) =>
    run.caseEvents([event], 'tester', DURING, 'sender').rows.map(({ seq }) => seq);

  test('of a retry are all that are unwritten up to the first answer', () => {
    const run = withMovedCase();
    run.memory.unconfirmed.written(run.memory.unconfirmed.unwritten().filter(({ seq }) => seq <= 2));
    const event = { ...resolve('own'), key: 'resolve' };
    expect(seqs(run, event)).toEqual([5]);
    expect(seqs(run, { ...resolve('moved'), key: 'later' })).toEqual([6]);
    expect(seqs(run, event)).toEqual([3, 4, 5]);
  });

  test('of a retry are so few, where rows are large, that the whole answer stays below what Temporal warns of', () => {
    const run = withMovedCase();
    const reason = '漢'.repeat(500);
    const keys = Array.from({ length: 120 }, (_, n) => `large-${n}`);
    for (const key of keys) eventTo(run, { ...update('own', { minutes: 5 }), key, reason });
    const handed = run.caseEvents(
      [{ ...update('own', { minutes: 5 }), key: 'large-119', reason }],
      'x',
      DURING,
      'sender',
    );
    expect(handed.rows.at(-1)?.key).toBe('large-119');
    expect(handed.rows.length).toBeGreaterThan(10);
    expect(Buffer.byteLength(JSON.stringify(handed.rows.map(packRow)))).toBeLessThanOrEqual(MAX_PAYLOAD_BYTES / 4);
  });

  test('of a detach are all that are unwritten about its case', () => {
    const run = withMovedCase();
    eventTo(run, { ...update('moved', { minutes: 5 }), key: 'u' });
    expect(seqs(run, { kind: 'detach', caseId: caseId('moved'), key: 'moved:moved:x:1' })).toEqual([4, 5, 6]);
  });
});
