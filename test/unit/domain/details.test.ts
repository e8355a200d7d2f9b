import { describe, expect, test } from 'vitest';
import { contactId, productId } from '../../../domain/ids.ts';
import { MAX_TERM } from '../../../domain/terms/allocation.ts';
import { type EntitlementDetails, MAX_CHANNELS, MAX_NAMED, problemWithDetails } from '../../../domain/terms/details.ts';
import { ANN, detailsWith, PUMP } from './samples.ts';

type Changes = Partial<EntitlementDetails>;

const UNLIMITED: Changes = { allocationType: 'unlimited', totalTerm: null, restrict: false };
const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
const channel = (name: string, totalTerm: number | null = 1) => ({ channel: name, totalTerm });

const REFUSED: readonly [what: string, field: string, changes: Changes][] = [
  ['no name', 'name', { name: '' }],
  ['a name of blanks', 'name', { name: ' \t ' }],
  ['a start date that is no day', 'startDate', { startDate: '2026-02-30' }],
  ['an end date that is no day', 'endDate', { endDate: '31.12.2026' }],
  ['an end before the start', 'endDate', { startDate: '2026-12-31', endDate: '2026-12-30' }],
  ['an unknown zone', 'timeZone', { timeZone: 'Mars/Olympus' }],
  ['an offset for a zone', 'timeZone', { timeZone: '+02:00' }],
  ['a total of an unlimited one', 'totalTerm', { ...UNLIMITED, totalTerm: 5 }],
  ['no total of counted cases', 'totalTerm', { totalTerm: null }],
  ['no total of counted hours', 'totalTerm', { allocationType: 'hours', totalTerm: null }],
  ['a negative total', 'totalTerm', { totalTerm: -1 }],
  ['a broken total', 'totalTerm', { totalTerm: 1.5 }],
  ['no number for a total', 'totalTerm', { totalTerm: Number.NaN }],
  ['a total past all sense', 'totalTerm', { totalTerm: MAX_TERM + 1 }],
  ['restrict without a limit', 'restrict', { ...UNLIMITED, restrict: true }],
  ['a channel total of an unlimited one', 'channels.0.totalTerm', { ...UNLIMITED, channels: [channel('web', 1)] }],
  ['a channel without a total', 'channels.1.totalTerm', { channels: [channel('web'), channel('phone', null)] }],
  ['a negative channel total', 'channels.0.totalTerm', { channels: [channel('web', -1)] }],
  ['a broken channel total', 'channels.0.totalTerm', { channels: [channel('web', 0.5)] }],
  ['a channel above the total', 'channels.1.totalTerm', { channels: [channel('web', 10), channel('phone', 11)] }],
  ['a hold on creation', 'hold', { hold: true, decreaseRemainingOn: 'creation' }],
  ['too many channels', 'channels', { channels: many(MAX_CHANNELS + 1, (at) => channel(`c${at}`)) }],
  ['too many products', 'productIds', { productIds: many(MAX_NAMED + 1, (at) => productId(`p${at}`)) }],
  ['too many contacts', 'contactIds', { contactIds: many(MAX_NAMED + 1, (at) => contactId(`c${at}`)) }],
  ['a channel twice', 'channels', { channels: [channel('web', 1), channel('phone', 1), channel('web', 2)] }],
  ['a product twice', 'productIds', { productIds: [PUMP, PUMP] }],
  ['a contact twice', 'contactIds', { contactIds: [ANN, ANN] }],
];

const ACCEPTED: readonly [what: string, changes: Changes][] = [
  ['the sample', {}],
  ['a single day', { startDate: '2026-05-05', endDate: '2026-05-05' }],
  ['a total of 0', { totalTerm: 0 }],
  ['the largest total', { totalTerm: MAX_TERM, channels: [channel('web', MAX_TERM)] }],
  ['whole minutes for hours', { allocationType: 'hours', totalTerm: 90 }],
  ['an unlimited one with channels', { ...UNLIMITED, channels: [channel('web', null)] }],
  ['channels that together exceed the total', { channels: [channel('web', 10), channel('phone', 10)] }],
  ['a hold on resolution', { hold: true, decreaseRemainingOn: 'resolution' }],
  ['as many channels as may be', { channels: many(MAX_CHANNELS, (at) => channel(`c${at}`)) }],
  ['as many products as may be', { productIds: many(MAX_NAMED, (at) => productId(`p${at}`)) }],
  ['as many contacts as may be', { contactIds: many(MAX_NAMED, (at) => contactId(`c${at}`)) }],
];

describe('the details of an entitlement', () => {
  test.each(REFUSED)('with %s are refused, and %s is to blame', (_what, field, changes) => {
    expect(problemWithDetails(detailsWith(changes))).toMatchObject({ code: 'validation_failed', field });
  });

  test.each(ACCEPTED)('with %s are accepted', (_what, changes) => {
    expect(problemWithDetails(detailsWith(changes))).toBeUndefined();
  });

  test('a refusal names the unit of the terms', () => {
    expect(problemWithDetails(detailsWith({ allocationType: 'hours', totalTerm: -1 }))?.detail).toContain('minutes');
    expect(problemWithDetails(detailsWith({ totalTerm: -1 }))?.detail).toContain('cases');
  });

  test('the first of several mistakes is named', () => {
    const details = detailsWith({ name: '', startDate: 'x', totalTerm: -1, productIds: [PUMP, PUMP] });
    expect(problemWithDetails(details)?.field).toBe('name');
    expect(problemWithDetails({ ...details, name: 'x' })?.field).toBe('startDate');
    expect(problemWithDetails({ ...details, name: 'x', startDate: '2026-01-01' })?.field).toBe('totalTerm');
  });
});
