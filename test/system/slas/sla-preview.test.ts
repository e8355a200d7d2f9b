import { describe, expect, test } from 'vitest';
import { aCustomer, anActive, ask, attach, type ProblemView } from '../../support/api-client.ts';
import { ALWAYS, anSla, noonIn } from '../../support/slas.ts';

interface Preview extends Partial<ProblemView> {
  readonly from: string;
  readonly timeZone: string;
  readonly firstResponseDueAt: string | null;
  readonly resolutionDueAt: string | null;
}

const preview = (sla: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  ask<Preview>('POST', '/v1/slas/preview', { sla, ...more });

describe('a preview of due times', () => {
  test('answers for an SLA that is not saved, on the clocks of its calendar, and saves nothing', async () => {
    const before = await ask<{ items: unknown[] }>('GET', '/v1/slas?limit=200');
    const sla = { firstResponseMinutes: 60, calendar: noonIn('Asia/Tokyo') };
    const { status, body } = await preview(sla, { localTime: '2027-03-01T12:30' });
    expect([status, body]).toEqual([
      200,
      {
        from: '2027-03-01T03:30:00.000Z',
        timeZone: 'Asia/Tokyo',
        firstResponseDueAt: '2027-03-02T03:30:00.000Z',
        resolutionDueAt: null,
      },
    ]);
    expect((await ask<{ items: unknown[] }>('GET', '/v1/slas?limit=200')).body.items).toHaveLength(
      before.body.items.length,
    );
  });

  test('agrees with what a case under the same SLA gets', async () => {
    const body = { firstResponseMinutes: 45, resolutionMinutes: 300, calendar: noonIn('America/New_York') };
    const active = await anActive(await aCustomer(), { slaId: await anSla(body) });
    const { body: attached } = await attach(active);
    const { body: made } = await ask<Preview & { attachedAt?: string }>('GET', `/v1/cases/${attached.id}`);
    const { body: rows } = await ask<{ items: { kind: string; at: string }[] }>(
      'GET',
      `/v1/entitlements/${active.id}/ledger`,
    );
    const at = rows.items.find(({ kind }) => kind === 'attached')?.at;
    const { body: previewed } = await preview(body, { at });
    expect(previewed).toMatchObject({
      firstResponseDueAt: made.firstResponseDueAt,
      resolutionDueAt: made.resolutionDueAt,
    });
    expect(previewed.firstResponseDueAt).toMatch(/Z$/);
  });

  test('begins now unless told otherwise', async () => {
    const from = Date.now();
    const { body } = await preview({ firstResponseMinutes: 1, calendar: ALWAYS });
    expect(Date.parse(body.from)).toBeGreaterThanOrEqual(from);
    expect(Date.parse(body.firstResponseDueAt ?? '') - Date.parse(body.from)).toBe(60_000);
  });

  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['sla.calendar', { calendar: undefined }, {}],
    ['sla.calendar.hours', { calendar: { ...noonIn('Europe/Berlin'), hours: {} } }, {}],
    ['sla.resolutionMinutes', { firstResponseMinutes: 60, resolutionMinutes: 30 }, {}],
    ['sla.firstResponseMinutes', { firstResponseMinutes: 0 }, {}],
    ['sla.colour', { colour: 'red' }, {}],
    ['localTime', {}, { localTime: '2027-02-29T12:00' }],
    ['localTime', {}, { localTime: '2027-02-28T12:00', at: '2027-02-28T12:00:00Z' }],
    ['at', {}, { at: 'tomorrow' }],
    ['timeZone', {}, { timeZone: 'Mars' }],
  ])('with a wrong %s is refused with the field', async (field, sla, more) => {
    const { status, body } = await preview({ calendar: ALWAYS, ...sla }, more);
    expect([status, body.code]).toEqual([400, 'validation_failed']);
    expect(body.errors?.map((error) => error.field)).toContain(field);
  });
});
