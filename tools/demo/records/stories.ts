import { contract, type PlannedContract, type Terms, times } from './contract-plan.ts';
import type { DemoCustomer } from './customers.ts';

/** What a customer of the demonstration has lived through. */
export type Story = (customer: DemoCustomer) => readonly PlannedContract[];

const fromTemplate = (templateId: string, name: string) => ({ templateId, name });
const casesOnly = (name: string, totalTerm: number, more: Partial<Terms> = {}): Terms => ({
  name,
  allocationType: 'cases',
  totalTerm,
  ...more,
});
const EMAIL = ['email'] as const;
const PHONE_AND_EMAIL = ['phone', 'email', 'email'] as const;
const EVERY = ['phone', 'email', 'web', 'chat', 'portal', 'email'] as const;
const POLICY = { noticeDays: 60, reminderDays: 30, escalationDays: 14 };

/** More cases than all others together, so that it is the one to watch. */
export const hot: Story = (customer) => [
  contract(customer, {
    terms: { ...fromTemplate('silver', 'Silver support, whole fleet'), totalTerm: 400, owner: 'Support lead' },
    startsIn: -170,
    before: [{ kind: 'activate' }, { kind: 'set-default' }],
    use: { cases: 260, channels: PHONE_AND_EMAIL, resolvedShare: 0.8 },
  }),
  contract(customer, {
    part: 'hours',
    terms: fromTemplate('demo-platinum', 'Platinum engineering hours'),
    startsIn: -75,
    use: { cases: 18, channels: EVERY, isNamed: true, resolvedShare: 0.9, minutes: [45, 190] },
  }),
];

export const nearDepletion =
  (total: number, used: number, startsIn: number): Story =>
  (customer) => [
    contract(customer, {
      terms: casesOnly('Annual support', total, { tier: 'Silver', slaId: 'silver-4h', owner: 'Contract desk' }),
      startsIn,
      use: { cases: used, channels: PHONE_AND_EMAIL, resolvedShare: 0.7 },
    }),
  ];

/** Nothing is left: more cases are refused, and some are let in by somebody who says why. */
export const exhausted =
  (reasons: readonly string[]): Story =>
  (customer) => [
    contract(customer, {
      terms: fromTemplate('demo-starter', 'Starter support'),
      startsIn: -80,
      endsIn: 100,
      use: {
        cases: 10,
        channels: EMAIL,
        resolvedShare: 0.8,
        beyond: times(4, { channel: 'email' }),
        overrides: reasons.map((reason) => ({ channel: 'email', reason })),
      },
    }),
  ];

export const charged: Story = (customer) => [
  contract(customer, {
    terms: { ...fromTemplate('demo-flex', 'Flex support'), owner: 'Contract desk' },
    startsIn: -210,
    use: { cases: 26, channels: PHONE_AND_EMAIL, resolvedShare: 0.8 },
  }),
];

export const chargedHours =
  (currency: string, unitPrice: string): Story =>
  (customer) => [
    contract(customer, {
      terms: {
        name: 'Engineering hours',
        allocationType: 'hours',
        totalTerm: 600,
        decreaseRemainingOn: 'resolution',
        overage: 'charge',
        overagePrice: { unitPrice, currency, billingIncrementMinutes: 15 },
        tier: 'Flex',
      },
      startsIn: -140,
      use: { cases: 11, channels: EVERY, resolvedShare: 1, minutes: [40, 110] },
    }),
  ];

/** The remaining term goes below zero: work that was done and that is owed. */
export const overdrawn: Story = (customer) => [
  contract(customer, {
    terms: casesOnly('Goodwill support', 8, { overage: 'allow', tier: 'Bronze' }),
    startsIn: -100,
    use: { cases: 12, channels: EVERY, resolvedShare: 0.6 },
  }),
];

export const toppedUp: Story = (customer) => [
  contract(customer, {
    terms: { ...fromTemplate('bronze', 'Bronze support'), totalTerm: 12 },
    startsIn: -190,
    before: [
      { kind: 'activate' },
      { kind: 'top-up', amount: 10, price: '790.00', reason: 'Ten more cases for the move to the new hall' },
    ],
    use: { cases: 17, channels: EMAIL, resolvedShare: 0.7 },
    after: [{ kind: 'top-up', amount: 5, price: '420.00', reason: 'Five more until the year ends' }],
  }),
];

/** Some channels, products and contacts only, with what lies outside refused or let in. */
export const narrow: Story = (customer) => [
  contract(customer, {
    terms: casesOnly('Software support for the head office', 40, {
      tier: 'Silver',
      slaId: 'demo-weekdays-berlin',
      channels: [{ channel: 'phone', totalTerm: 4 }, { channel: 'email' }],
      productIds: ['demo-dispatch-planner', 'demo-stock-ledger'],
      contactIds: [`${customer.id}-1`],
    }),
    startsIn: -60,
    use: {
      cases: 9,
      channels: EMAIL,
      isNamed: true,
      productIds: ['demo-dispatch-planner', 'demo-stock-ledger'],
      contacts: [0],
      beyond: [
        ...times(6, { channel: 'phone', productId: 'demo-stock-ledger', contact: 0 }),
        { channel: 'chat', productId: 'demo-stock-ledger', contact: 0 },
        ...times(2, { channel: 'email', productId: 'demo-label-printer', contact: 0 }),
        { channel: 'email', productId: 'demo-dispatch-planner', contact: 1 },
      ],
      overrides: [
        {
          channel: 'email',
          productId: 'demo-label-printer',
          contact: 0,
          reason: 'Their printers came with our last update',
        },
        {
          channel: 'chat',
          productId: 'demo-dispatch-planner',
          contact: 1,
          reason: 'The mail server of the customer was down',
        },
      ],
    },
  }),
];

/** Its end is near: the renewal is open and waits for the account manager. */
export const endingIn =
  (days: number, templateId: 'bronze' | 'silver' | 'gold', cases: number): Story =>
  (customer) => [
    contract(customer, {
      terms: fromTemplate(templateId, `${templateId.charAt(0).toUpperCase()}${templateId.slice(1)} support`),
      startsIn: days - 364,
      endsIn: days,
      use: {
        cases,
        channels: templateId === 'bronze' ? EMAIL : PHONE_AND_EMAIL,
        beyond: templateId === 'bronze' ? times(2, { channel: 'phone' }) : [],
      },
    }),
  ];

const decidedRenewal =
  (days: number, step: PlannedContract['after'][number]): Story =>
  (customer) => [
    contract(customer, {
      terms: fromTemplate('silver', 'Silver support'),
      startsIn: days - 364,
      endsIn: days,
      use: { cases: 12, channels: PHONE_AND_EMAIL, resolvedShare: 0.8 },
      after: [step],
    }),
  ];

export const acceptedRenewal = (days: number, reason: string, totalTerm?: number): Story =>
  decidedRenewal(days, { kind: 'accept', reason, ...(totalTerm === undefined ? {} : { totalTerm }) });
export const declinedRenewal = (days: number, reason: string): Story =>
  decidedRenewal(days, { kind: 'decline', reason });
export const snoozedRenewal = (days: number, daysBeforeEnd: number, reason: string): Story =>
  decidedRenewal(days, { kind: 'snooze', daysBeforeEnd, reason });
export const withdrawnRenewal = (days: number, reason: string): Story =>
  decidedRenewal(days, { kind: 'cancel', reason });

/** Nobody decided before the end. */
export const lapsedRenewal: Story = (customer) => [
  contract(customer, {
    terms: { ...fromTemplate('silver', 'Silver support, old plant'), renewalPolicy: POLICY },
    endsAtNextMidnight: true,
    startsIn: -364,
    use: { cases: 7, channels: PHONE_AND_EMAIL, resolvedShare: 1 },
    after: [{ kind: 'lapse' }],
  }),
];

/** It has lived its year and has expired; then it is renewed by hand, or not at all. */
export const livedToItsEnd =
  (isRenewed: boolean): Story =>
  (customer) => [
    contract(customer, {
      terms: { ...fromTemplate('bronze', 'Bronze support'), renewalPolicy: null },
      endsAtNextMidnight: true,
      startsIn: -364,
      use: { cases: 14, channels: EMAIL, resolvedShare: 0.9, isNamed: true, late: times(2, { channel: 'email' }) },
      after: [{ kind: 'pass-end' }, ...(isRenewed ? [{ kind: 'renew', isActivated: true } as const] : [])],
    }),
  ];

export const expired =
  (endedDaysAgo: number, renewed?: 'draft' | 'active'): Story =>
  (customer) => [
    contract(customer, {
      terms: fromTemplate('silver', 'Silver support'),
      startsIn: -endedDaysAgo - 364,
      endsIn: -endedDaysAgo,
      use: { cases: 0, channels: EMAIL, beyond: times(1, { channel: 'email' }) },
      after: renewed === undefined ? [] : [{ kind: 'renew', isActivated: renewed === 'active' }],
    }),
  ];

export const canceled =
  (reason: string, isRenewed = false): Story =>
  (customer) => [
    contract(customer, {
      terms: fromTemplate('demo-flex', 'Flex support'),
      startsIn: -90,
      use: { cases: 5, channels: EMAIL, resolvedShare: 0.5, late: times(1, { channel: 'email' }) },
      after: [{ kind: 'cancel', reason }, ...(isRenewed ? [{ kind: 'renew', isActivated: true } as const] : [])],
    }),
    ...(isRenewed ? [] : steady('gold', -20, 6)(customer).map((second) => ({ ...second, part: 'second' }))),
  ];

export const waiting =
  (startsIn: number): Story =>
  (customer) => [
    contract(customer, {
      terms: fromTemplate('gold', 'Gold support'),
      startsIn,
      use: { cases: 0, channels: EVERY, beyond: times(1, { channel: 'phone' }) },
    }),
  ];

export const draft =
  (name: string): Story =>
  (customer) => [
    contract(customer, {
      terms: { ...fromTemplate('demo-platinum', name), description: 'Waits for the signature of the customer.' },
      startsIn: 0,
      before: [],
      use: { cases: 0, channels: EVERY, beyond: times(1, { channel: 'email' }) },
    }),
  ];

/** Never had a contract: its cases are recorded without one. */
export const uncovered: Story = () => [];

/** A contract that runs as it should. */
export const steady =
  (templateId: string, startsIn: number, cases: number): Story =>
  (customer) => [
    contract(customer, {
      terms: fromTemplate(templateId, NAMES[templateId] ?? 'Support'),
      startsIn,
      use: {
        cases,
        channels: templateId === 'bronze' || templateId === 'demo-starter' ? EMAIL : PHONE_AND_EMAIL,
        ...(templateId === 'demo-platinum' ? { minutes: [30, 240] as const } : {}),
      },
    }),
  ];

const NAMES: Readonly<Record<string, string>> = {
  bronze: 'Bronze support',
  silver: 'Silver support',
  gold: 'Gold support',
  'demo-starter': 'Starter support',
  'demo-platinum': 'Platinum support',
  'demo-flex': 'Flex support',
};
