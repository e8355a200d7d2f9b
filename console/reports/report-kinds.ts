/** The reports, in the order of the page that lists them. */
export const REPORTS = {
  'near-depletion': {
    title: 'Near depletion',
    what: 'Active entitlements that have used most of their term, how fast it goes, and the day on which it is used up.',
  },
  expiring: {
    title: 'About to expire',
    what: 'What ends soon, what is left of it, and whether it is renewed.',
  },
  utilisation: {
    title: 'Utilisation',
    what: 'What was granted and used, by customer, tier or entitlement.',
  },
  'high-touch': {
    title: 'High-touch customers',
    what: 'Customers by the number of their cases, with the time that these took.',
  },
  renewals: {
    title: 'Renewals by stage',
    what: 'Renewals, decided or not: what ends and when, what is proposed, and who decided.',
  },
  overrides: {
    title: 'Overrides and overages',
    what: 'Cases that were let in past the terms, use beyond the granted term, and what was charged.',
  },
} as const;

export type ReportName = keyof typeof REPORTS;
export const REPORT_NAMES = Object.keys(REPORTS) as ReportName[];
