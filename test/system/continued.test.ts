import { expect, test } from 'vitest';
import type { EntitlementView } from '../../api/entitlement-view.ts';
import { aCustomer, anActive, attach, type CaseView, caseEvents, entitlement, ledger, onCase } from './api-client.ts';
import { soon, stateOf, workflowOf } from './temporal.ts';

/** Fill most of a run's history, so that the cases after them meet its end. */
const CASES_BEFORE = 2_000;
const CASES_PER_REQUEST = 1_000;
/** The run must have ended by then. */
const MAX_CASES = 500;
/** Cases under way at once, each by three ways at once. */
const PARALLEL = 10;
const REPEATS = 2;

/** What the workflow and the ledger say of it: the same, without a gap, and nothing unwritten. */
async function expectAgreement(active: EntitlementView, remaining: number): Promise<void> {
  const rows = await soon(async () => {
    const state = await stateOf(active.id);
    expect(state).toMatchObject({ unconfirmedRows: 0, remainingTerm: remaining });
    const found = await ledger(active.id);
    expect(found.at(-1)?.seq).toBe(state.entitlement.seq);
    return found;
  }, 45_000);
  expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1));
  expect(rows.reduce((sum, { change }) => sum + change, 0)).toBe(remaining);
  const keys = rows.flatMap(({ key }) => (key === null ? [] : [key]));
  expect(new Set(keys).size).toBe(keys.length);
}

test('retries by every way at once are taken once, across the runs of a workflow that continues as new', async () => {
  const active = await anActive(await aCustomer(), { totalTerm: CASES_BEFORE + MAX_CASES });
  const workflow = workflowOf(active.id);
  const { runId } = await workflow.describe();
  const before = (n: number) => ({
    kind: 'attach',
    key: `before:${active.id}:${n}`,
    caseId: `before:${active.id}:${n}`,
    customerId: active.customerId,
    entitlementId: active.id,
  });
  for (let from = 0; from < CASES_BEFORE; from += CASES_PER_REQUEST)
    await caseEvents(Array.from({ length: CASES_PER_REQUEST }, (_, index) => before(from + index)));
  const answers: CaseView[] = [];
  const both = async (signal: string, caseId: string, key: string, send: () => Promise<{ body: CaseView }>) => {
    const told = Array.from({ length: REPEATS }, () => workflow.signal(signal, { key, caseId }));
    const asked = await Promise.all(Array.from({ length: REPEATS }, send));
    await Promise.all(told);
    answers.push(...asked.map(({ body }) => body));
  };
  const play = async (n: number) => {
    const id = `${active.id}:${n}`;
    const [attached, canceled] = [`attach:${id}`, `cancel:${id}`];
    await both('attachCase', id, attached, () => attach(active, { id }, { key: attached }));
    if (n % 2 === 0) await both('cancelCase', id, canceled, () => onCase(id, 'cancel', {}, { key: canceled }));
    // Late, when the runs before may have ended: still the first answer.
    answers.push((await attach(active, { id }, { key: attached })).body);
  };
  let cases = 0;
  const playSome = async () => {
    await Promise.all(Array.from({ length: PARALLEL }, (_, index) => play(cases + index)));
    cases += PARALLEL;
  };
  while ((await workflow.describe()).runId === runId && cases < MAX_CASES) await playSome();
  expect((await workflow.describe()).runId).not.toBe(runId);
  await playSome();
  expect(answers.filter(({ code }) => code !== undefined)).toEqual([]);
  await expectAgreement(active, MAX_CASES - cases / 2);
  expect((await entitlement(active.id)).openCases).toBe(CASES_BEFORE + cases / 2);
});
