import { describe, expect, test } from 'vitest';
import { type Mail, mailFrom } from '../../../activities/renewals/mail-layout.ts';
import {
  type Addressee,
  acceptedMail,
  type RenewalMailStep,
  type RenewalToTell,
  renewalMail,
} from '../../../activities/renewals/renewal-mails.ts';
import { entitlementId, slaId, templateId } from '../../../domain/ids.ts';
import { spelledDate } from '../../../domain/renewals/spelled-date.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import { BRONZE, GOLD, SILVER } from '../domain/ready-templates.ts';
import { from, proposed, type Use } from '../domain/renewal-cases.ts';
import { instant } from '../domain/samples.ts';

const LINKS = {
  accept: 'https://allot.example/r/1/accept?t=a&s=b',
  change: 'https://allot.example/r/1/change',
  snooze: 'https://allot.example/r/1/snooze',
  decline: 'https://allot.example/r/1/decline',
};
const STEPS: readonly RenewalMailStep[] = ['notice', 'reminder', 'escalation', 'lapsed'];
const OVERUSED: Use = {
  used: 112,
  overage: 12,
  usedInLast30Days: 15,
  charged: [{ currency: 'EUR', amount: '1440.00' }],
  by: { email: 90, phone: 22 },
  openCases: 4,
};

const silver = (changes: Partial<EntitlementDetails> = {}) => from(SILVER, { restrict: false, ...changes });

function renewalOf(details = silver(), use: Use = OVERUSED, more: Partial<RenewalToTell> = {}): RenewalToTell {
  const proposal = proposed(details, use);
  return {
    ...{ customerName: 'Contoso', entitlementId: entitlementId('ent_1'), details, proposal, daysLeft: 40 },
    ...{ accountManagerName: 'Ann Lee', escalateToName: null, links: LINKS },
    ...more,
  };
}

const mailTo = (step: RenewalMailStep, renewal: RenewalToTell, addressee: Addressee = 'account_manager') =>
  renewalMail(step, renewal, addressee);

const allMails = (renewal: RenewalToTell): readonly Mail[] => [
  ...STEPS.map((step) => mailTo(step, renewal)),
  mailTo('escalation', renewal, 'escalation'),
  acceptedMail(renewal, { successor: { ...renewal.details, ...renewal.proposal.changes }, decidedBy: 'Ann Lee' }),
];

/** What a person reads in it. */
const shown = ({ html }: Mail): string =>
  html
    .replace(/^[\s\S]*<body[^>]*>/, '')
    .replaceAll(/<wbr\s*>/g, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ');

const words = (text: string): string => text.replaceAll(/^- /gm, '').replaceAll(/\s+/g, ' ').trim();

describe('a notice', () => {
  test('says what to do, then the figures, the reasons and the links', () => {
    const { subject, text } = mailTo('notice', renewalOf());
    expect(subject).toBe(
      'Contoso: Silver ends on 31 December 2026; proposed: 130 cases a year instead of 100 cases a year',
    );
    expect(text).toBe(`Please decide on the renewal of Silver of Contoso: it ends on 31 December
2026, 40 days are left.
Proposed: 130 cases a year instead of 100 cases a year. You can accept it,
change it, snooze or decline: the links are below.

Terms     Now               Proposed
From      1 January 2026    1 January 2027
Until     31 December 2026  as long as now
Tier      Silver            Silver
Term      100 cases a year  130 cases a year
Channels  phone and email   phone and email
SLA       silver-4h         silver-4h

Use as of 22 November 2026
Used                        112 of 100 cases (112 %)
A whole term at this pace   126 cases
Over the term               0.34 cases a day
In the last 90 days         0.31 cases a day
In the last 30 days         0.50 cases a day
Cases                       112, 4 of them open
Past the allotment          12 cases
Charged for it              1,440.00 EUR

- 112 of 100 cases are used 40 days before the end; at this pace 126 will be
  used.
- Past the allotment: 12 cases, 1,440.00 EUR charged.
- At this pace 126 cases are needed, more than 100 cases: 130 cases are
  proposed.

Accept as proposed:
https://allot.example/r/1/accept?t=a&s=b
Change, then accept:
https://allot.example/r/1/change
Snooze:
https://allot.example/r/1/snooze
Decline:
https://allot.example/r/1/decline

The entitlement is ent_1; its days are those of the time zone UTC. You get
this mail because renewals of this customer are yours or were handed to you.
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
  const firstLines = (step: RenewalMailStep, more: Partial<RenewalToTell> = {}, addressee?: Addressee) => {
    const { subject, text } = mailTo(step, renewalOf(silver(), OVERUSED, more), addressee);
    return [subject, words(text.split('\n\n')[0] ?? '')];
  };
  const footOf = ({ text }: Mail) => words(text.split('\n\n').at(-1) ?? '');
  const OFFER = '130 cases a year instead of 100 cases a year';
  const CHOICES = `Proposed: ${OFFER}. You can accept it, change it, snooze or decline: the links are below.`;

  test('a reminder', () => {
    expect(firstLines('reminder', { daysLeft: 1 })).toEqual([
      `Reminder: Contoso: Silver ends on 31 December 2026; proposed: ${OFFER}`,
      `Still to decide: the renewal of Silver of Contoso. It ends on 31 December 2026, that is today. ${CHOICES}`,
    ]);
  });

  test('an escalation tells the other one who has not decided, and why they get it', () => {
    expect(firstLines('escalation', { escalateToName: 'Otto Boss' }, 'escalation')).toEqual([
      `Undecided: Contoso: Silver ends on 31 December 2026; proposed: ${OFFER}`,
      `Please decide, or have it decided: Ann Lee has not decided on the renewal of Silver of Contoso. It ends on 31 December 2026, 40 days are left. ${CHOICES}`,
    ]);
    const nobody = { accountManagerName: null, daysLeft: 0, links: {} };
    expect(firstLines('escalation', nobody, 'escalation')[1]).toBe(
      `Please decide, or have it decided: nobody has decided on the renewal of Silver of Contoso. It ended on 31 December 2026, that day is over. Proposed: ${OFFER}.`,
    );
    const foot = footOf(mailTo('escalation', renewalOf(), 'escalation'));
    expect(foot).toContain('renewals of this entitlement that nobody decides are escalated to you.');
    expect(foot).not.toContain('are yours');
  });

  test('an escalation does not tell the account manager of somebody who has not decided', () => {
    const lines = (escalateToName: string | null) => firstLines('escalation', { escalateToName })[1];
    const asked = `It ends on 31 December 2026, 40 days are left. ${CHOICES}`;
    expect(lines('Otto Boss')).toBe(
      `Please decide: the renewal of Silver of Contoso is still undecided, and Otto Boss is told as well. ${asked}`,
    );
    expect(lines(null)).toBe(`Please decide: the renewal of Silver of Contoso is still undecided. ${asked}`);
    expect(footOf(mailTo('escalation', renewalOf()))).toContain('renewals of this customer are yours');
  });

  test('one that lapsed says so, what can still be done, and until when', () => {
    const said = 'The renewal of Silver of Contoso lapsed: nobody decided, and it ended on 31 December 2026.';
    const late = 'Until 30 January 2027 it can still be accepted; what follows then starts at once.';
    expect(firstLines('lapsed', { daysLeft: 0 })).toEqual([
      `Lapsed: Contoso: Silver ended on 31 December 2026 undecided; proposed was: ${OFFER}`,
      `${said} It covers nothing since. ${late} Proposed: ${OFFER}. You can accept it, change it or decline: the links are below.`,
    ]);
    expect(firstLines('lapsed', { daysLeft: 0, links: {} })[1]).toContain('renew the entitlement by hand');
    const { text } = mailTo('lapsed', renewalOf());
    expect(text).not.toMatch(/snooze/i);
    expect(text).toContain('From      1 January 2026    when accepted\n');
  });

  test('a change is not offered where the total is all that could be changed, and there is none', () => {
    for (const renewal of [renewalOf(from(GOLD), { used: 80 }), renewalOf(silver(), { used: 180 })]) {
      const { text } = mailTo('notice', renewal);
      expect(words(text)).toContain('You can accept it, snooze or decline: the links are below.');
      expect(text).not.toContain(LINKS.change);
    }
    expect(mailTo('notice', renewalOf(from(SILVER), { used: 80 })).text).toContain(LINKS.change);
  });

  test('the link to the renewal alone says where it leads', () => {
    const open = 'https://allot.example/r/1';
    expect(mailTo('notice', renewalOf(silver(), OVERUSED, { links: { open } })).text).toContain(
      `Look at the renewal:\n${open}\n`,
    );
  });
});

describe('the figures', () => {
  test.each<[string, Use]>([
    ['not a day', { used: 0, at: instant('2026-01-01T00:00Z') }],
    ['too few days', { used: 9, at: instant('2026-01-20T00:00Z') }],
    ['too few cases', { used: 2 }],
  ])('tell no pace from %s', (_what, use) => {
    const { text } = mailTo('notice', renewalOf(from(SILVER), use));
    expect(text).not.toMatch(/at this pace|a day\n/);
    expect(text).toMatch(/^Used +\d of 100 cases/m);
  });
});

describe('a confirmation', () => {
  const NEXT = { startDate: '2027-01-01', endDate: '2027-12-31' } as const;
  const OTHER = `Something else was accepted than was proposed; proposed was: 130 cases a year instead of 100 cases a year.`;
  const accepted = (renewal: RenewalToTell, successor: EntitlementDetails) =>
    acceptedMail(renewal, { successor, decidedBy: 'Ann Lee' });

  test('tells what follows, and asks for nothing', () => {
    const mail = accepted(renewalOf(), silver({ ...NEXT, totalTerm: 150 }));
    expect(mail.subject).toBe('Renewed: Contoso, Silver goes on until 31 December 2027 with 150 cases a year');
    expect(words(mail.text)).toContain(
      'Nothing is left to do: Silver of Contoso is renewed, accepted by Ann Lee. Silver follows from 1 January 2027 to 31 December 2027: 150 cases a year instead of 100 cases a year.',
    );
    expect(mail.text).not.toContain('https://');
    const open = 'https://allot.example/e/2';
    const renewal = renewalOf(silver(), OVERUSED, { links: { ...LINKS, open } });
    expect(accepted(renewal, silver(NEXT)).text.match(/https:.*/g)).toEqual([open]);
  });

  test('gives the reasons of what was proposed only where it was accepted, in whatever order its fields come', () => {
    const renewal = renewalOf();
    const next = { ...renewal.details, ...renewal.proposal.changes, ...NEXT };
    const channels = next.channels.map(({ channel, totalTerm }) => ({ totalTerm, channel }));
    const asProposed = words(accepted(renewal, { ...next, channels }).text);
    expect(asProposed).toContain('130 cases are proposed.');
    expect(asProposed).not.toContain('Something else');
    for (const otherwise of [{ totalTerm: 150 }, { slaId: slaId('gold-1h') }, { channels: [] }, { restrict: true }]) {
      const { text } = accepted(renewal, { ...next, ...otherwise });
      expect(words(text)).toContain(OTHER);
      expect(words(text)).not.toMatch(/is proposed\.|are proposed\./);
    }
  });

  test('names another tier, and does not go on "with unlimited"', () => {
    const renewal = renewalOf(silver(), { used: 180 });
    const gold = { ...renewal.details, ...renewal.proposal.changes, ...NEXT, name: 'Silver support' };
    expect(accepted(renewal, gold).subject).toBe(
      'Renewed: Contoso, Silver goes on as Gold (unlimited) until 31 December 2027',
    );
    const unlimited = renewalOf(from(GOLD), { used: 80 });
    expect(accepted(unlimited, { ...unlimited.details, ...NEXT }).subject).toBe(
      'Renewed: Contoso, Gold goes on until 31 December 2027, unlimited',
    );
  });

  test.each<[string, Partial<EntitlementDetails>, string]>([
    ['no SLA', { slaId: null }, 'no SLA instead of the SLA silver-4h'],
    ['every channel', { channels: [] }, 'every channel instead of phone and email'],
    [
      'fewer channels, and more',
      { totalTerm: 120, channels: [{ channel: 'email', totalTerm: 120 }], slaId: slaId('gold-1h') },
      '120 cases a year instead of 100 cases a year, and the SLA gold-1h instead of the SLA silver-4h',
    ],
    ['nothing else', { templateId: templateId('other') }, 'the same terms'],
  ])('says in its second line what is otherwise: %s', (_what, changes, offer) => {
    const { text } = accepted(renewalOf(), silver({ ...NEXT, ...changes }));
    expect(words(text)).toContain(`31 December 2027: ${offer}.`);
  });
});

describe('every mail', () => {
  const NASTY = `<img src=x onerror="alert('1')">&amp;\r\nBcc: all@example.com \u202Efdp.exe\u2029`;
  const LONG = '"'.repeat(200);
  const nasty = renewalOf(
    silver({
      name: NASTY,
      tier: '<b>',
      timeZone: 'UTC',
      channels: [{ channel: 'phone', totalTerm: 100 }],
    }),
    OVERUSED,
    { customerName: LONG, accountManagerName: '</td><script>', escalateToName: '</td><script>' },
  );

  test('says the same as text and as HTML', () => {
    for (const renewal of [renewalOf(), nasty])
      for (const mail of allMails(renewal)) {
        const html = shown(mail);
        const parts = mail.text.split('\n\n').map((block) => words(block).replaceAll(/: (?=https:)/g, ' '));
        const told = parts.filter((part) => !part.includes('https://'));
        for (const part of told) expect(html).toContain(part);
      }
  });

  test('shows whatever stands in a name, and does nothing that it says', () => {
    for (const { subject, text, html } of allMails(nasty)) {
      expect(subject).not.toMatch(/[\r\n\u2029\u202E]/);
      expect(text).not.toContain('\u202E');
      expect(html).not.toMatch(/<(?:img|script|b)\b/);
      expect(html).toContain('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;');
      for (const tag of html.match(/<[^>]*>/g) ?? []) expect(tag).toMatch(/^<[a-z!/][^<>]*>$/);
    }
    for (const addressee of ['account_manager', 'escalation'] as const)
      expect(mailTo('escalation', nasty, addressee).html).toContain('&lt;/td&gt;&lt;script&gt;');
  });

  test('has no line over 998 characters, whatever the names', () => {
    for (const name of [LONG, '&'.repeat(200), '😀'.repeat(100), `${'x '.repeat(99)}x`]) {
      const renewal = renewalOf(silver({ name, tier: name.slice(0, 40) }), OVERUSED, { customerName: name });
      for (const { subject, text, html } of allMails(renewal))
        for (const line of [subject, ...text.split('\n'), ...html.split('\n')])
          expect(line.length).toBeLessThanOrEqual(998);
    }
    const long = shown(mailTo('notice', renewalOf(silver(), OVERUSED, { customerName: LONG })));
    expect(long).toContain(`Silver of ${LONG}: it ends`);
  });

  test('stands in tables with inline styles, fetches nothing, and leaves the colours of text and ground to the reader', () => {
    for (const { html } of allMails(renewalOf())) {
      expect(html).not.toMatch(/<(?:img|link|script|style|iframe|form)\b|url\(|src=/);
      expect(html).toContain('<meta name="color-scheme" content="light dark">');
      const styles = [...html.matchAll(/style="([^"]*)"/g)].map(([, style = '']) => style);
      const has = (style: string, property: string) => new RegExp(`(?:^|;)${property}:`).test(style);
      for (const style of styles) expect(has(style, 'color')).toBe(has(style, 'background-color'));
      for (const tag of ['table', 'tr', 'td', 'th', 'p', 'ul', 'li', 'a', 'strong', 'body', 'html'])
        expect([tag, html.match(new RegExp(`<${tag}[\\s>]`, 'g'))?.length]).toEqual([
          tag,
          html.match(new RegExp(`</${tag}>`, 'g'))?.length,
        ]);
    }
  });

  test('has its links whole and escaped; the first one is a button', () => {
    const { html } = mailTo('notice', renewalOf());
    expect(html.match(/href="[^"]*"/g)).toEqual([
      'href="https://allot.example/r/1/accept?t=a&amp;s=b"',
      'href="https://allot.example/r/1/change"',
      'href="https://allot.example/r/1/snooze"',
      'href="https://allot.example/r/1/decline"',
    ]);
    expect(html.match(/background-color/g)).toHaveLength(1);
  });

  test.each([
    '/r/1',
    'javascript:alert(1)',
    'https://',
    'https://a.example/ b',
    `https://a.example/${'x'.repeat(900)}`,
  ])('refuses the link %s', (accept) => {
    expect(() => mailTo('notice', renewalOf(silver(), OVERUSED, { links: { accept } }))).toThrow(TypeError);
  });
});

test('a date is spelled', () => {
  expect(['2027-03-12', '2028-02-29', '2026-12-31', '2026-01-01'].map(spelledDate)).toEqual([
    '12 March 2027',
    '29 February 2028',
    '31 December 2026',
    '1 January 2026',
  ]);
});

test('a layout without tables, reasons and links is only its words', () => {
  const { text } = mailFrom({ subject: 's', lead: ['One.', 'Two.'], tables: [], reasons: [], links: [], foot: 'F.' });
  expect(text).toBe('One.\nTwo.\n\nF.\n');
});
