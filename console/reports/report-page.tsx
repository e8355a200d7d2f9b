import { useParams } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { oneOf } from '../data/search-params.ts';
import { Page } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';
import { ExpiringReport } from './expiring-report.tsx';
import { HighTouchReport } from './high-touch-report.tsx';
import { NearDepletionReport } from './near-depletion-report.tsx';
import { OverridesReport } from './overrides-report.tsx';
import { RenewalsReport } from './renewals-report.tsx';
import { REPORT_NAMES, type ReportName } from './report-kinds.ts';
import { UtilisationReport } from './utilisation-report.tsx';

const SHOWN_BY: Readonly<Record<ReportName, ComponentType>> = {
  'near-depletion': NearDepletionReport,
  expiring: ExpiringReport,
  utilisation: UtilisationReport,
  'high-touch': HighTouchReport,
  renewals: RenewalsReport,
  overrides: OverridesReport,
};

/** The report that the address names. */
export function ReportPage() {
  const { name } = useParams({ from: '/shell/reports/$name' });
  const known = oneOf(REPORT_NAMES, name);
  if (known === undefined)
    return (
      <Page title="Reports">
        <Empty title="There is no such report">Choose one of the list under Reports.</Empty>
      </Page>
    );
  const Report = SHOWN_BY[known];
  // A report of another name starts anew.
  return <Report key={known} />;
}
