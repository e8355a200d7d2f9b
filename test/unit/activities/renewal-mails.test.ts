import { describe, expect, test } from 'vitest';
import type { Mail } from '../../../activities/renewals/mail-layout.ts';
import type { Addressee, MailedRenewal } from '../../../activities/renewals/mailed-renewal.ts';
import type { RenewalMailStep } from '../../../activities/renewals/renewal-mails.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import { BRONZE, GOLD, SILVER } from '../domain/ready-templates.ts';
import { from, type Use } from '../domain/renewal-cases.ts';
import { instant } from '../domain/samples.ts';
import { LINKS, mailTo, OVERUSED, renewalOf, silver, words } from './mail-samples.ts';

describe('a notice', () => {
  test('says what to do, then the figures, the reasons and the links', () => {
    const { subject, text } = mailTo('notice', renewalOf());
    expect(subject).toBe(
      'Contoso: Silver ends on 31 December 2026; proposed: 130 cases a year instead of 100 cases a year',
    );
    expect(text).toBe(`Please decide on the renewal of Silver for Contoso. The entitlement ends on
31 December 2026 (40 days left).
Proposed: 130 cases a year instead of 100 cases a year. Use the links below
to accept, change, snooze or decline the renewal.

Terms     Now               Proposed
From      1 January 2026    1 January 2027
Until     31 December 2026  same length as now
Tier      Silver            Silver
Term      100 cases a year  130 cases a year
Channels  phone and email   phone and email
SLA       silver-4h         silver-4h

Use as of 22 November 2026
Used                        112 of 100 cases (112 %)
Whole term at this pace     126 cases
Pace over the term          0.34 cases a day
Pace of the last 90 days    0.31 cases a day
Pace of the last 30 days    0.50 cases a day
Cases                       112, 4 of them open
Beyond the allotment        12 cases
Charged for it              1,440.00 EUR

- 112 of 100 cases are used, 40 days before the end. At this pace the whole
  term uses 126 cases.
- 12 cases went beyond the allotment; 1,440.00 EUR was charged.
- At this pace the customer needs 126 cases, more than the current 100
  cases. Proposed: 130 cases.

Accept as proposed:
https://allot.example/r/1/accept?t=a&s=b
Change, then accept:
https://allot.example/r/1/change
Snooze:
https://allot.example/r/1/snooze
Decline:
https://allot.example/r/1/decline

This is about the entitlement ent_1. All dates are in the time zone UTC. You
get this mail because you are the account manager for this renewal.
`);
  });

  test.each<[string, EntitlementDetails, Use, string]>([
    ['the same terms', from(SILVER), { used: 80 }, 'the same terms'],
    ['up a tier', silver(), { used: 180 }, 'Gold (unlimited) instead of Silver (100 cases a year)'],
    ['down a tier', from(SILVER), { used: 20 }, 'Bronze (30 cases a year) instead of Silver (100 cases a year)'],
    [
      'hours',
      from(BRONZE, {
        allocationType: 'hours',
        totalTerm: 600,
        period: null,
        channels: [],
        tier: null,
        templateId: null,
      }),
      { used: 100, cases: 5 },
      '2 hours instead of 10 hours',
    ],
    [
      'a channel',
      from(SILVER, {
        channels: [
          { channel: 'phone', totalTerm: 20 },
          { channel: 'email', totalTerm: 100 },
        ],
      }),
      { used: 60, by: { phone: 20, email: 40 }, refused: [['channel_exhausted', 'phone', 7]] },
      'up to 35 cases by phone instead of 20 cases',
    ],
    ['unlimited', from(GOLD), { used: 80 }, 'the same terms'],
  ])('proposes in a few words: %s', (_what, details, use, offer) => {
    const { subject, text } = mailTo('notice', renewalOf(details, use));
    expect(subject).toContain(`proposed: ${offer}`);
    expect(words(text)).toContain(`Proposed: ${offer}.`);
  });
});

describe('the other steps', () => {
  const firstLines = (step: RenewalMailStep, more: Partial<MailedRenewal> = {}, addressee?: Addressee) => {
    const { subject, text } = mailTo(step, renewalOf(silver(), OVERUSED, more), addressee);
    return [subject, words(text.split('\n\n')[0] ?? '')];
  };
  const footOf = ({ text }: Mail) => words(text.split('\n\n').at(-1) ?? '');
  const OFFER = '130 cases a year instead of 100 cases a year';
  const CHOICES = `Proposed: ${OFFER}. Use the links below to accept, change, snooze or decline the renewal.`;

  test('a reminder', () => {
    expect(firstLines('reminder', { daysLeft: 1 })).toEqual([
      `Reminder: Contoso: Silver ends on 31 December 2026; proposed: ${OFFER}`,
      `The renewal of Silver for Contoso is still undecided. The entitlement ends on 31 December 2026 (today). ${CHOICES}`,
    ]);
  });

  test('an escalation names the account manager who has not decided, and says why the reader gets it', () => {
    expect(firstLines('escalation', { escalateToName: 'Otto Boss' }, 'escalation')).toEqual([
      `Undecided: Contoso: Silver ends on 31 December 2026; proposed: ${OFFER}`,
      `Ann Lee has not decided on the renewal of Silver for Contoso. Please decide, or ask Ann Lee to decide. The entitlement ends on 31 December 2026 (40 days left). ${CHOICES}`,
    ]);
    const nobody = { accountManagerName: null, daysLeft: 0, links: {} };
    expect(firstLines('escalation', nobody, 'escalation')[1]).toBe(
      `Nobody has decided on the renewal of Silver for Contoso. Please decide. The entitlement ended on 31 December 2026. Proposed: ${OFFER}.`,
    );
    const foot = footOf(mailTo('escalation', renewalOf(), 'escalation'));
    expect(foot).toContain('undecided renewals of this entitlement are escalated to you.');
    expect(foot).not.toContain('account manager');
  });

  test('an escalation tells the account manager who else gets a mail', () => {
    const lines = (escalateToName: string | null) => firstLines('escalation', { escalateToName })[1];
    const asked = `The entitlement ends on 31 December 2026 (40 days left). ${CHOICES}`;
    expect(lines('Otto Boss')).toBe(
      `Please decide: the renewal of Silver for Contoso is still undecided, so Otto Boss gets a mail as well. ${asked}`,
    );
    expect(lines(null)).toBe(`Please decide: the renewal of Silver for Contoso is still undecided. ${asked}`);
    expect(footOf(mailTo('escalation', renewalOf()))).toContain('you are the account manager');
  });

  test('a lapsed renewal says what the reader can still do, and until when', () => {
    const said = 'Nobody decided on the renewal of Silver for Contoso before it ended on 31 December 2026.';
    const late = 'You can still accept it until 30 January 2027; its successor then starts at once.';
    expect(firstLines('lapsed', { daysLeft: 0 })).toEqual([
      `Lapsed: Contoso: Silver ended undecided on 31 December 2026; proposed: ${OFFER}`,
      `${said} It takes no new cases any more. ${late} Proposed: ${OFFER}. Use the links below to accept, change or decline the renewal.`,
    ]);
    expect(firstLines('lapsed', { daysLeft: 0, links: {} })[1]).toContain('renew the entitlement by hand');
    const { text } = mailTo('lapsed', renewalOf());
    expect(text).not.toMatch(/snooze/i);
    expect(text).toContain('From      1 January 2026    the day you accept\n');
  });

  test('a change is not offered if there is no total to change', () => {
    for (const renewal of [renewalOf(from(GOLD), { used: 80 }), renewalOf(silver(), { used: 180 })]) {
      const { text } = mailTo('notice', renewal);
      expect(words(text)).toContain('Use the links below to accept, snooze or decline the renewal.');
      expect(text).not.toContain(LINKS.change);
    }
    expect(mailTo('notice', renewalOf(from(SILVER), { used: 80 })).text).toContain(LINKS.change);
  });

  test('a link that only opens the renewal says so', () => {
    const open = 'https://allot.example/r/1';
    expect(mailTo('notice', renewalOf(silver(), OVERUSED, { links: { open } })).text).toContain(
      `Open the renewal:\n${open}\n`,
    );
  });
});

describe('the figures', () => {
  test.each<[string, Use]>([
    ['no full day', { used: 0, at: instant('2026-01-01T00:00Z') }],
    ['too few days', { used: 9, at: instant('2026-01-20T00:00Z') }],
    ['too few cases', { used: 2 }],
  ])('leave the paces out after %s', (_what, use) => {
    const { text } = mailTo('notice', renewalOf(from(SILVER), use));
    expect(text).not.toMatch(/at this pace|a day\n/);
    expect(text).toMatch(/^Used +\d of 100 cases/m);
  });
});
