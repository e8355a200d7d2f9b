import { type Mail, mailFrom } from '../renewals/mail-layout.ts';
import type { Announced, CaseOfClocks } from './announced.ts';

const WHAT = { first_response: 'first response', resolution: 'resolution' } as const;

/**
 * The mail about a clock that nears its due time or is breached. Throws a TypeError if `publicUrl` is not an absolute
 * http or https URL.
 */
export function clockMail(
  kind: 'nearing' | 'breached',
  { caseId, customerName, customerId, title, publicUrl }: CaseOfClocks,
  { clock, reading, occurrence }: Announced,
): Mail {
  const what = WHAT[clock.target];
  const named = title === null ? caseId : `${caseId} (${title})`;
  const whose = `${named} of ${customerName ?? customerId}`;
  const due = utc(reading.dueAt);
  const [subject, first] =
    kind === 'nearing'
      ? [
          `${what} of ${caseId} is due ${due}`,
          `The ${what} of ${whose} is due at ${due}. ${occurrence.percent}% of the promised time is used.`,
        ]
      : [`${what} of ${caseId} was due ${due}`, `The ${what} of ${whose} was due at ${due} and has not been given.`];
  return mailFrom({
    subject: `${kind === 'nearing' ? 'Nearing' : 'Breached'}: ${subject}`,
    lead: [first, kind === 'nearing' ? 'Please see to it in time.' : 'Please see to it now.'],
    tables: [
      {
        head: ['Service level', 'Value'],
        rows: [
          ['SLA', clock.sla.name],
          ['Promised', `${clock.terms.promisedMinutes} minutes of service time`],
          ['Used', `${reading.usedMinutes} minutes`],
          ['Paused', `${reading.pausedMinutes} minutes`],
          ['Entitlement', clock.entitlementId],
        ],
      },
    ],
    reasons: [],
    links: [{ label: 'Open the case', url: `${publicUrl}/cases/${encodeURIComponent(caseId)}` }],
    foot: `You get this mail because the SLA ${clock.sla.name} names your address.`,
  });
}

const utc = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
