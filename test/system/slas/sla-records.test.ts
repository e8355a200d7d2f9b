import { describe, expect, test } from 'vitest';
import { aCustomer, aDraft, ask, entitlement, type ProblemView } from '../../support/api-client.ts';
import { ALWAYS, anSla, noonIn, putSla, type SlaView } from '../../support/slas.ts';
import { unique } from '../../support/unique.ts';

describe('an SLA', () => {
  test('can be created, read, listed and changed; writing it unchanged changes nothing', async () => {
    const id = unique('sla');
    const body = { name: 'Noon', firstResponseMinutes: 60, calendar: noonIn('Europe/Berlin') };
    const made = await putSla(id, body);
    expect([made.status, made.body]).toMatchObject([201, { id, ...body, resolutionMinutes: null }]);
    expect((await ask('GET', `/v1/slas/${id}`)).body).toEqual(made.body);

    const again = await putSla(id, { ...body, resolutionMinutes: null });
    expect([again.status, again.body]).toEqual([200, made.body]);

    const changed = await putSla(id, { ...body, name: 'Midday' });
    expect([changed.status, changed.body.name, changed.body.createdAt]).toEqual([200, 'Midday', made.body.createdAt]);
    expect(Date.parse(changed.body.updatedAt)).toBeGreaterThan(Date.parse(made.body.updatedAt));

    const { body: page } = await ask<{ items: SlaView[] }>('GET', '/v1/slas?limit=200');
    expect(page.items.find((item) => item.id === id)).toEqual(changed.body);
    expect(page.items.map((item) => item.id)).toEqual(page.items.map((item) => item.id).toSorted());
    expect((await ask('GET', `/v1/slas/${unique('none')}`)).status).toBe(404);
  });

  test.each<[string, Record<string, unknown>]>([
    ['name', { name: '' }],
    ['calendar', { calendar: undefined }],
    ['calendar.kind', { calendar: { kind: 'sometimes' } }],
    ['firstResponseMinutes', { firstResponseMinutes: 0 }],
    ['firstResponseMinutes', { firstResponseMinutes: 1.5 }],
    ['resolutionMinutes', { resolutionMinutes: 1_000_001 }],
    ['calendar.timeZone', { calendar: { ...noonIn('Europe/Berlin'), timeZone: 'Mars' } }],
    ['calendar.hours', { calendar: { ...noonIn('Europe/Berlin'), hours: {} } }],
    ['calendar.hours.funday', { calendar: { ...noonIn('Europe/Berlin'), hours: { funday: [] } } }],
    [
      'calendar.hours.monday.0.to',
      { calendar: { ...noonIn('Europe/Berlin'), hours: { monday: [{ from: '09:00', to: '09:00' }] } } },
    ],
    ['calendar.holidays.0', { calendar: { ...noonIn('Europe/Berlin'), holidays: ['2027-02-29'] } }],
    ['colour', { colour: 'red' }],
  ])('with a wrong %s is refused with the field', async (field, more) => {
    const id = unique('sla');
    const { status, body } = await putSla(id, { name: 'Wrong', calendar: ALWAYS, ...more });
    expect([status, body.code]).toEqual([400, 'validation_failed']);
    expect(body.errors?.map((error) => error.field)).toContain(field);
    expect((await ask('GET', `/v1/slas/${id}`)).status).toBe(404);
  });

  test('that an entitlement names must exist', async () => {
    const customer = await aCustomer();
    const sla = await anSla();
    const draft = await aDraft(customer, { slaId: sla });
    expect(draft.slaId).toBe(sla);
    const patch = (id: string | null) =>
      ask<ProblemView & { slaId: string | null }>('PATCH', `/v1/entitlements/${draft.id}`, { slaId: id });
    const unknown = await patch(unique('none'));
    expect([unknown.status, unknown.body.code]).toEqual([404, 'not_found']);
    expect(unknown.body.errors).toMatchObject([{ field: 'slaId' }]);
    expect((await patch(null)).body.slaId).toBeNull();
    expect((await entitlement(draft.id)).slaId).toBeNull();
  });
});
