import { describe, expect, test } from 'vitest';
import {
  type Duration,
  type DurationUnit,
  detailsFromTemplate,
  lastDay,
  problemWithTemplate,
  type Template,
  type TemplateChanges,
} from '../../../domain/entitlements/template.ts';
import { slaId, templateId } from '../../../domain/ids.ts';
import { problemWithDetails } from '../../../domain/terms/details.ts';
import { ACME, ANN, detailsWith, PUMP } from './samples.ts';

const SILVER: Template = {
  id: templateId('silver'),
  name: 'Silver',
  description: 'Phone and email',
  owner: null,
  duration: { unit: 'years', count: 1 },
  timeZone: null,
  allocationType: 'cases',
  totalTerm: 100,
  period: 'year',
  rolloverCap: 10,
  decreaseRemainingOn: 'creation',
  restrict: false,
  overagePrice: { unitPrice: '89.90', currency: 'EUR', billingIncrementMinutes: 1 },
  hold: false,
  channels: [
    { channel: 'phone', totalTerm: 40 },
    { channel: 'email', totalTerm: null },
  ],
  productIds: [PUMP],
  slaId: slaId('silver-4h'),
  priority: 20,
  tier: 'Silver',
  renewalPolicy: null,
};

const made = (changes: TemplateChanges = {}, template: Partial<Template> = {}) =>
  detailsFromTemplate(
    { ...SILVER, ...template },
    { customerId: ACME, startDate: '2027-01-01', timeZone: 'Europe/Berlin', changes },
  );

describe('the last day is the day before the same day, one duration later', () => {
  test.each<[start: string, count: number, unit: DurationUnit, last: string]>([
    ['2027-01-01', 1, 'years', '2027-12-31'],
    ['2027-03-15', 1, 'years', '2028-03-14'],
    ['2027-03-15', 3, 'years', '2030-03-14'],
    ['2027-01-01', 12, 'months', '2027-12-31'],
    ['2027-01-15', 1, 'months', '2027-02-14'],
    ['2027-02-01', 1, 'months', '2027-02-28'],
    ['2028-02-01', 1, 'months', '2028-02-29'],
    // 29 February 2029 is none: a year later is the 28th.
    ['2028-02-29', 1, 'years', '2029-02-27'],
    ['2028-02-29', 4, 'years', '2032-02-28'],
    ['2027-03-01', 1, 'years', '2028-02-29'],
    // There is no 31 February: a month later is the 28th.
    ['2027-01-31', 1, 'months', '2027-02-27'],
    ['2027-01-31', 2, 'months', '2027-03-30'],
    ['2027-08-31', 6, 'months', '2028-02-28'],
    ['2027-01-01', 1, 'days', '2027-01-01'],
    ['2027-12-31', 2, 'days', '2028-01-01'],
    ['2028-01-01', 366, 'days', '2028-12-31'],
  ])('from %s, %i %s: %s', (start, count, unit, last) => {
    expect(lastDay(start, { unit, count })).toBe(last);
  });
});

describe('an entitlement from a template', () => {
  test('has the terms of the template, the customer and the dates of its own', () => {
    const { id, duration: _duration, timeZone: _zone, ...terms } = SILVER;
    expect(made()).toEqual({
      ...terms,
      customerId: ACME,
      contactIds: [],
      startDate: '2027-01-01',
      endDate: '2027-12-31',
      timeZone: 'Europe/Berlin',
      channels: [
        { channel: 'phone', totalTerm: 40 },
        { channel: 'email', totalTerm: 100 },
      ],
      templateId: id,
    });
    expect(Object.keys(made()).toSorted()).toEqual(Object.keys(detailsWith()).toSorted());
  });

  test("has the changes, and the template's terms for the rest", () => {
    const changes = { name: 'Silver for Acme', endDate: '2027-06-30', contactIds: [ANN], slaId: null, productIds: [] };
    expect(made(changes)).toEqual({ ...made(), ...changes });
  });

  test('a channel without a total follows a changed total; one with its own total keeps it, and it must fit', () => {
    expect(made({ totalTerm: 500 }).channels).toEqual([
      { channel: 'phone', totalTerm: 40 },
      { channel: 'email', totalTerm: 500 },
    ]);
    expect(problemWithDetails(made({ totalTerm: 39 }))).toMatchObject({ field: 'channels.0.totalTerm' });
    expect(made({ totalTerm: 5, channels: [{ channel: 'web', totalTerm: null }] }).channels).toEqual([
      { channel: 'web', totalTerm: 5 },
    ]);
  });

  test('unlimited instead of counted has no totals, no periods, no price and no restrict', () => {
    const unlimited = made({ allocationType: 'unlimited' });
    expect(unlimited).toMatchObject({
      totalTerm: null,
      period: null,
      rolloverCap: 0,
      overagePrice: null,
      restrict: false,
    });
    expect(unlimited.channels.map(({ totalTerm }) => totalTerm)).toEqual([null, null]);
    expect(problemWithDetails(unlimited)).toBeUndefined();
  });

  test('hours instead of cases need a new total: a hundred cases are not a hundred minutes', () => {
    expect(problemWithDetails(made({ allocationType: 'hours' }))).toMatchObject({ field: 'totalTerm' });
    const hours = made({ allocationType: 'hours', totalTerm: 600 });
    expect(hours.channels.map(({ totalTerm }) => totalTerm)).toEqual([600, 600]);
    expect(hours).toMatchObject({ period: 'year', restrict: true });
    expect(problemWithDetails(hours)).toBeUndefined();
  });
});

describe('what is wrong with a template', () => {
  const wrong = (duration: unknown) => ({ duration: duration as Duration });
  test.each<[string, Partial<Template>]>([
    ['duration', wrong({ unit: 'years', count: 0 })],
    ['duration', wrong({ unit: 'years', count: 1.5 })],
    ['duration', wrong({ unit: 'years', count: 101 })],
    ['duration', wrong({ unit: 'weeks', count: 1 })],
    ['duration', wrong({ unit: 'constructor', count: 1 })],
    ['name', { name: ' ' }],
    ['timeZone', { timeZone: 'Mars/Olympus' }],
    ['totalTerm', { totalTerm: null }],
    ['channels.0.totalTerm', { channels: [{ channel: 'phone', totalTerm: 101 }] }],
    ['channels', { channels: [...SILVER.channels, ...SILVER.channels] }],
    ['overagePrice', { restrict: true }],
  ])('%s of %j', (field, changes) => {
    expect(problemWithTemplate({ ...SILVER, ...changes })).toMatchObject({ code: 'validation_failed', field });
  });

  test.each<Partial<Template>>([{}, wrong({ unit: 'days', count: 36_525 }), { timeZone: 'Asia/Kathmandu' }])(
    'nothing in %j',
    (changes) => {
      expect(problemWithTemplate({ ...SILVER, ...changes })).toBeUndefined();
    },
  );
});
