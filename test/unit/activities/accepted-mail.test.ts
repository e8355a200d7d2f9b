import { describe, expect, test } from 'vitest';
import { acceptedMail } from '../../../activities/renewals/accepted-mail.ts';
import type { MailedRenewal } from '../../../activities/renewals/mailed-renewal.ts';
import { slaId, templateId } from '../../../domain/ids.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import { GOLD } from '../domain/ready-templates.ts';
import { from } from '../domain/renewal-cases.ts';
import { LINKS, OVERUSED, renewalOf, silver, words } from './mail-samples.ts';

describe('a confirmation', () => {
  const NEXT = { startDate: '2027-01-01', endDate: '2027-12-31' } as const;
  const OTHER = 'The successor differs from the proposal, which was: 130 cases a year instead of 100 cases a year.';
  const accepted = (renewal: MailedRenewal, successor: EntitlementDetails) =>
    acceptedMail(renewal, { successor, decidedBy: 'Ann Lee' });

  test('says what follows, and asks for nothing', () => {
    const mail = accepted(renewalOf(), silver({ ...NEXT, totalTerm: 150 }));
    expect(mail.subject).toBe('Renewed: Contoso: Silver continues until 31 December 2027 with 150 cases a year');
    expect(words(mail.text)).toContain(
      'Ann Lee accepted the renewal of Silver for Contoso. You do not have to do anything. Silver follows from 1 January 2027 to 31 December 2027: 150 cases a year instead of 100 cases a year.',
    );
    expect(mail.text).not.toContain('https://');
    const open = 'https://allot.example/e/2';
    const renewal = renewalOf(silver(), OVERUSED, { links: { ...LINKS, open } });
    expect(accepted(renewal, silver(NEXT)).text.match(/https:.*/g)).toEqual([open]);
  });

  test('gives the reasons of the proposal only if the proposal was accepted, in whatever order the fields come', () => {
    const renewal = renewalOf();
    const next = { ...renewal.details, ...renewal.proposal.changes, ...NEXT };
    const channels = next.channels.map(({ channel, totalTerm }) => ({ totalTerm, channel }));
    const asProposed = words(accepted(renewal, { ...next, channels }).text);
    expect(asProposed).toContain('Proposed: 130 cases.');
    expect(asProposed).not.toContain('differs from the proposal');
    for (const otherwise of [{ totalTerm: 150 }, { slaId: slaId('gold-1h') }, { channels: [] }, { restrict: true }]) {
      const { text } = accepted(renewal, { ...next, ...otherwise });
      expect(words(text)).toContain(OTHER);
      expect(words(text)).not.toContain('Proposed:');
    }
  });

  test('names another tier, and does not say "with unlimited"', () => {
    const renewal = renewalOf(silver(), { used: 180 });
    const gold = { ...renewal.details, ...renewal.proposal.changes, ...NEXT, name: 'Silver support' };
    expect(accepted(renewal, gold).subject).toBe(
      'Renewed: Contoso: Silver continues as Gold (unlimited) until 31 December 2027',
    );
    const unlimited = renewalOf(from(GOLD), { used: 80 });
    expect(accepted(unlimited, { ...unlimited.details, ...NEXT }).subject).toBe(
      'Renewed: Contoso: Gold continues until 31 December 2027, unlimited',
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
  ])('says in its second line what is different: %s', (_what, changes, offer) => {
    const { text } = accepted(renewalOf(), silver({ ...NEXT, ...changes }));
    expect(words(text)).toContain(`31 December 2027: ${offer}.`);
  });
});
