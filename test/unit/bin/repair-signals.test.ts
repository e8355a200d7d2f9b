import { defaultPayloadConverter } from '@temporalio/common';
import { expect, test } from 'vitest';
import { signalsOf } from '../../../bin/reconcile/repair-signals.ts';
import { type Seen, writtenIn } from '../../../bin/reconcile/replayed-runs.ts';

const signalled = (key: string, caseId: string): Seen => ({
  kind: 'signalled',
  name: 'attachCase',
  content: { key, caseId },
});
const runOf = (seen: readonly Seen[]) =>
  ({ workflowId: 'entitlement/ent', runId: 'run', status: 'TERMINATED', seen }) as const;

test('signals are sent again in the order in which they came, each with the first content of its key', () => {
  const signals = signalsOf(
    runOf([signalled('z', 'first'), signalled('a', 'second'), signalled('z', 'other'), signalled('m', 'third')]),
  );
  expect([...signals].map(([key, { content }]) => [key, content])).toEqual([
    ['z', { key: 'z', caseId: 'first' }],
    ['a', { key: 'a', caseId: 'second' }],
    ['m', { key: 'm', caseId: 'third' }],
  ]);
});

test('signals that the run before left undecided are found in the start of a run, and refused ones are not', async () => {
  const left = [
    { kind: 'attach', content: { kind: 'attach', key: 'left', caseId: 'case', by: 'signal' } },
    { kind: 'resolve', content: { by: 'signal', key: 'refused' }, refused: { code: 'validation_failed', detail: '' } },
  ];
  const input = { id: 'ent', carried: { version: 1, signals: left } };
  const started = { input: { payloads: [defaultPayloadConverter.toPayload(input)] } };
  const seen = await writtenIn({ workflowExecutionStartedEventAttributes: started });
  expect([...signalsOf(runOf([...seen, signalled('new', 'case')])).entries()]).toEqual([
    ['left', { name: 'attachCase', content: left[0]?.content }],
    ['new', { name: 'attachCase', content: { key: 'new', caseId: 'case' } }],
  ]);
  const first = { input: { payloads: [defaultPayloadConverter.toPayload({ id: 'ent' })] } };
  expect(await writtenIn({ workflowExecutionStartedEventAttributes: first })).toEqual([]);
});
