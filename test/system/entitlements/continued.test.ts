import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import {
  type Answer,
  aCustomer,
  anActive,
  attach,
  type CaseView,
  caseEvents,
  entitlement,
  ledger,
} from '../../support/api-client.ts';
import { stateOf, workflowOf } from '../../support/temporal.ts';
import { soon } from '../../support/waiting.ts';

/** What the runs after them have forgotten. */
const CASES_BEFORE = 2_000;
const CASES_PER_REQUEST = 1_000;
/** Cases posted at once, each twice under its key and told by signal as well. */
const PARALLEL = 20;
/** The run must have ended by then. */
const MAX_CASES = 400;
const TOTAL = 100_000;
/** Between two signals of a stream: some hundred a second are far more than an entitlement meets. */
const PAUSE_MS = 3;
const LIFE = ['attach', 'resolve', 'reactivate', 'resolve'] as const;
/** A run under a stream of messages can need a second try to end, from the start of its history. */
const PATIENCE_MS = 60_000;

/**
 * Asks again with the same key while the entitlement is `unavailable`, as every caller is told to, and where the
 * connection was closed while the request was on its way.
 */
async function asked(send: () => Promise<Answer<CaseView>>): Promise<CaseView> {
  const first = await send().catch((error: unknown) => {
    if (error instanceof TypeError && error.message === 'fetch failed') return undefined;
    throw error;
  });
  if (first !== undefined && first.body.code !== 'unavailable') return first.body;
  return await soon(async () => {
    const { status, body: again } = await send();
    expect(status).not.toBe(503);
    return again;
  }, PATIENCE_MS);
}

/** What the workflow and the ledger say of it: the same, without a gap, nothing unwritten, no key twice. */
async function expectAgreement(
  active: EntitlementView,
  { cases, resolved }: { cases: number; resolved: number },
): Promise<void> {
  const rows = await soon(async () => {
    const state = await stateOf(active.id);
    expect(state).toMatchObject({ unconfirmedRows: 0, remainingTerm: TOTAL - cases });
    const found = await ledger(active.id);
    expect(found.at(-1)?.seq).toBe(state.entitlement.seq);
    return found;
  }, 45_000);
  expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1));
  expect(rows.reduce((sum, { change }) => sum + change, 0)).toBe(TOTAL - cases);
  const keys = rows.flatMap(({ key }) => (key === null ? [] : [key]));
  expect(new Set(keys).size).toBe(keys.length);
  expect(await entitlement(active.id)).toMatchObject({ remainingTerm: TOTAL - cases, openCases: cases - resolved });
  expect(rows.filter(({ kind }) => kind === 'refused')).toEqual([]);
  expect(rows.filter(({ kind }) => kind === 'resolved')).toHaveLength(2 * resolved);
}

// A run ends after a hundred signals. Several rounds: what its end cuts in half is a matter of milliseconds.
test.each([1, 2, 3])(
  'signals and posts at the end of a workflow run count once: round %i',
  { timeout: 300_000 },
  async () => {
    const active = await anActive(await aCustomer(), { totalTerm: TOTAL });
    const workflow = workflowOf(active.id);
    const { runId } = await workflow.describe();
    const caseAt = (what: string, n: number) => `${what}:${active.id}:${n}`;
    const before = (n: number) => {
      const caseId = caseAt('before', n);
      return { kind: 'attach', key: caseId, caseId, customerId: active.customerId, entitlementId: active.id };
    };
    for (let from = 0; from < CASES_BEFORE; from += CASES_PER_REQUEST)
      await caseEvents(Array.from({ length: CASES_PER_REQUEST }, (_, index) => before(from + index)));

    let isOver = false;
    let signalled = 0;
    // Signals keep coming, also while the run ends.
    const stream = async () => {
      while (!isOver) {
        signalled += 1;
        const caseId = caseAt('signalled', signalled);
        await workflow.signal('attachCase', { key: caseId, caseId });
        await sleep(PAUSE_MS);
      }
    };
    // Of one case, one after the other: whichever run decides them, in this order they are decided.
    let lived = 0;
    const lives = async () => {
      while (!isOver) {
        lived += 1;
        const caseId = caseAt('lived', lived);
        for (const [n, kind] of LIFE.entries()) await workflow.signal(`${kind}Case`, { key: `${caseId}:${n}`, caseId });
        await sleep(PAUSE_MS);
      }
    };
    const answers: CaseView[] = [];
    const play = async (n: number) => {
      const id = caseAt('posted', n);
      const post = () => asked(() => attach(active, { id }, { key: id }));
      const told = workflow.signal('attachCase', { key: id, caseId: id });
      answers.push(...(await Promise.all([post(), post()])));
      await told;
      // Late, when the run before may have ended: still the first answer.
      answers.push(await post());
    };
    let posted = 0;
    const playSome = async () => {
      await Promise.all(Array.from({ length: PARALLEL }, (_, index) => play(posted + index)));
      posted += PARALLEL;
    };
    const playOverTheEnd = async () => {
      while ((await workflow.describe()).runId === runId && posted < MAX_CASES) await playSome();
      await playSome();
    };
    await Promise.all([
      stream(),
      lives(),
      playOverTheEnd().finally(() => {
        isOver = true;
      }),
    ]);

    expect(answers.filter(({ code }) => code !== undefined)).toEqual([]);
    expect((await workflow.describe()).runId).not.toBe(runId);
    await expectAgreement(active, { cases: CASES_BEFORE + signalled + posted + lived, resolved: lived });
  },
);
