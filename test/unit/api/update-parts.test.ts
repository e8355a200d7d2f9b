import { describe, expect, test } from 'vitest';
import { countTogether, halvesOf, knowledgeOfAll, partsOf, sizeOfEvents } from '../../../api/cases/update-parts.ts';
import type { CaseEvent } from '../../../domain/cases/case-event.ts';
import { caseId } from '../../../domain/ids.ts';
import { packCase } from '../../../workflows/entitlements/packed.ts';
import { toWire } from '../../../workflows/entitlements/wire-case-event.ts';
import { bytesOf, MAX_PAYLOAD_BYTES } from '../../../workflows/messages/bytes.ts';
import { MAX_EVENTS_PER_UPDATE } from '../../../workflows/messages/limits.ts';
import { activeRun, eventTo } from '../domain/running.ts';
import { attach, detailsWith, resolve } from '../domain/samples.ts';

const LONG = 'x'.repeat(200);
const large = (index: number): CaseEvent => ({
  ...attach(`${index}-${LONG}`.slice(0, 200), { title: LONG, why: LONG }),
  key: `${index}-${LONG}`,
  reason: LONG,
});
const listOf = (events: readonly CaseEvent[], by = 'tester') => ({
  events,
  by,
  knowledge: { generation: 1, cases: [] },
});

/** A case as the ledger has it, for the knowledge that goes with its events. */
function knownCase(id: string) {
  const run = activeRun(detailsWith());
  eventTo(run, { ...attach(id), key: id });
  const supportCase = run.memory.caseOf(caseId(id));
  if (supportCase === undefined) throw new Error('The case is attached.');
  return packCase(supportCase);
}

describe('a list that does not fit into one update', () => {
  test('is cut by number, in order', () => {
    const events = Array.from({ length: 2 * MAX_EVENTS_PER_UPDATE + 1 }, (_, index) => ({
      ...resolve(`c${index}`),
      key: `k${index}`,
    }));
    const parts = partsOf(listOf(events));
    expect(parts.map((part) => part.events.length)).toEqual([MAX_EVENTS_PER_UPDATE, MAX_EVENTS_PER_UPDATE, 1]);
    expect(parts.flatMap((part) => part.events)).toEqual(events);
  });

  test('is cut by bytes, and each part fits as it travels', () => {
    const events = Array.from({ length: MAX_EVENTS_PER_UPDATE }, (_, index) => large(index));
    const parts = partsOf(listOf(events));
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) {
      expect(sizeOfEvents(part)).toBeLessThanOrEqual(MAX_PAYLOAD_BYTES);
      expect(bytesOf(part.events.map(toWire))).toBeLessThanOrEqual(bytesOf(part.events));
    }
    expect(parts.flatMap((part) => part.events)).toEqual(events);
  });

  test('takes along with each part only what is known of its own cases', () => {
    const whole = {
      ...listOf([
        { ...resolve('a'), key: 'one' },
        { ...resolve('b'), key: 'two' },
        { ...resolve('a'), key: 'three' },
      ]),
      knowledge: { generation: 1, cases: ['a', 'b'].map(knownCase) },
    };
    const ids = halvesOf(whole).map(({ knowledge }) => knowledge.cases.map((known) => known.caseId));
    expect(ids).toEqual([['a', 'b'], ['a']]);
  });
});

describe('lists that wait', () => {
  const small = (key: string, by?: string) => listOf([{ ...resolve('c'), key }], by);

  test('go together up to the next sender', () => {
    expect(countTogether([small('1'), small('2'), small('3', 'other'), small('4')])).toBe(2);
  });

  test('go together as long as they fit; the first goes in any case', () => {
    const full = listOf(Array.from({ length: MAX_EVENTS_PER_UPDATE }, (_, at) => ({ ...resolve('c'), key: `k${at}` })));
    expect(countTogether([full, small('1')])).toBe(1);
    expect(countTogether([small('1'), full])).toBe(1);
    const heavy = listOf(Array.from({ length: MAX_EVENTS_PER_UPDATE }, (_, at) => large(at)));
    expect(countTogether([heavy])).toBe(1);
  });

  test('know together what all of them read, as of the oldest read', () => {
    const read = (generation: number, id: string) => ({
      ...small(id),
      knowledge: { generation, cases: [knownCase(id)] },
    });
    const { generation, cases } = knowledgeOfAll([read(3, 'a'), read(2, 'b')]);
    expect([generation, cases.map((known) => known.caseId)]).toEqual([2, ['a', 'b']]);
  });
});
