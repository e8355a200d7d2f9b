import type { components } from '../../../client/schema.d.ts';

/** What the demonstration's organisation sells: products, service levels, templates and channels of its own. */

type Inputs = components['schemas'];

export const DEMO_CHANNELS = ['chat', 'portal'] as const;

export const DEMO_PRODUCTS = [
  { id: 'demo-gateway-400', name: 'Gateway 400', family: 'Hardware' },
  { id: 'demo-field-sensor', name: 'Field sensor', family: 'Hardware' },
  { id: 'demo-label-printer', name: 'Label printer', family: 'Hardware' },
  { id: 'demo-dispatch-planner', name: 'Dispatch planner', family: 'Software' },
  { id: 'demo-stock-ledger', name: 'Stock ledger', family: 'Software' },
  { id: 'demo-reports-cloud', name: 'Reports cloud', family: 'Software' },
  { id: 'demo-on-site-visit', name: 'On-site visit', family: 'Field service' },
  { id: 'demo-calibration', name: 'Calibration', family: 'Field service' },
] as const;

export type DemoProduct = (typeof DEMO_PRODUCTS)[number]['id'];

const span = (from: string, to: string) => [{ from, to }];
const weekdays = (from: string, to: string) => ({
  monday: span(from, to),
  tuesday: span(from, to),
  wednesday: span(from, to),
  thursday: span(from, to),
  friday: span(from, to),
});

export const DEMO_SLAS: readonly { readonly id: string; readonly body: Inputs['SlaInput'] }[] = [
  {
    id: 'demo-platinum-30m',
    body: {
      name: 'First response in 30 minutes, resolved in 8 hours',
      firstResponseMinutes: 30,
      resolutionMinutes: 480,
      calendar: { kind: '24x7' },
    },
  },
  {
    id: 'demo-weekdays-berlin',
    body: {
      name: 'Weekdays in Berlin: response in 2 hours, resolved in 2 days',
      firstResponseMinutes: 120,
      resolutionMinutes: 1_200,
      calendar: {
        kind: 'business_hours',
        timeZone: 'Europe/Berlin',
        hours: { ...weekdays('08:00', '18:00'), saturday: span('09:00', '13:00') },
        holidays: [],
      },
    },
  },
  {
    id: 'demo-nights-tokyo',
    body: {
      name: 'Nights in Tokyo: response in 1 hour',
      firstResponseMinutes: 60,
      resolutionMinutes: null,
      calendar: { kind: 'business_hours', timeZone: 'Asia/Tokyo', hours: weekdays('20:00', '06:00'), holidays: [] },
    },
  },
];

const EACH_YEAR = { unit: 'years', count: 1 } as const;
const POLICY = { noticeDays: 60, reminderDays: 30, escalationDays: 14 } as const;

/** Beside Bronze, Silver and Gold, which every installation has. */
export const DEMO_TEMPLATES: readonly (Inputs['TemplateInput'] & { readonly id: string })[] = [
  {
    id: 'demo-starter',
    name: 'Starter',
    description: 'Ten cases in half a year, by email and in the portal.',
    allocationType: 'cases',
    totalTerm: 10,
    channels: [{ channel: 'email' }, { channel: 'portal' }],
    tier: 'Starter',
    priority: 40,
    duration: { unit: 'months', count: 6 },
    renewalPolicy: POLICY,
  },
  {
    id: 'demo-platinum',
    name: 'Platinum',
    description: 'Forty hours each month on every channel; ten hours roll over.',
    allocationType: 'hours',
    totalTerm: 2_400,
    period: 'month',
    rolloverCap: 600,
    decreaseRemainingOn: 'resolution',
    slaId: 'demo-platinum-30m',
    tier: 'Platinum',
    priority: 5,
    duration: EACH_YEAR,
    renewalPolicy: POLICY,
  },
  {
    id: 'demo-flex',
    name: 'Flex',
    description: 'Twenty cases a year; each further case is charged.',
    allocationType: 'cases',
    totalTerm: 20,
    restrict: false,
    overage: 'charge',
    overagePrice: { unitPrice: '89.90', currency: 'EUR' },
    slaId: 'demo-weekdays-berlin',
    tier: 'Flex',
    priority: 25,
    duration: EACH_YEAR,
    renewalPolicy: POLICY,
  },
];

/** What people write to a service desk about each product. */
export const CASE_TITLES: Readonly<Record<DemoProduct, readonly string[]>> = {
  'demo-gateway-400': [
    'Gateway restarts every night at two',
    'No link light after the power cut',
    'Firmware update stops at 80 percent',
    'VPN tunnel drops when the load rises',
  ],
  'demo-field-sensor': [
    'Sensor reports -273 degrees',
    'Battery empty after four weeks',
    'Readings arrive twice',
    'Sensor 14 is silent since the storm',
  ],
  'demo-label-printer': [
    'Labels come out blank',
    'Printer asks for a driver after each restart',
    'Arabic text prints from left to right',
    'Paper jam at every tenth label',
  ],
  'demo-dispatch-planner': [
    'Routes ignore the ferry timetable',
    'Two drivers get the same tour',
    'The map stays grey',
    'Plan of tomorrow cannot be released',
  ],
  'demo-stock-ledger': [
    'Stock of pallets is negative',
    'Inventory count cannot be closed',
    'Batch numbers are cut after twelve digits',
    'Import of the price list ends with an error',
  ],
  'demo-reports-cloud': [
    'Monthly report shows last year',
    'CSV opens in one column',
    'A colleague cannot see the shared dashboard',
    'Export takes longer than an hour',
  ],
  'demo-on-site-visit': ['Move the cabinet to hall 3', 'Replace the broken display', 'Training of the night shift'],
  'demo-calibration': ['Yearly calibration is due', 'Scale drifts by two percent', 'Certificate is missing'],
};
