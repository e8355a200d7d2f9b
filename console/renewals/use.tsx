import { amountText } from '../terms/terms-words.ts';
import { FactList } from '../ui/fact-list.tsx';
import { instantText, moneyText, numberText } from '../ui/format.ts';
import type { Renewal } from './words.ts';
import { countOf } from './words.ts';

type Usage = Renewal['proposal']['usage'];

const MINUTES_PER_HOUR = 60;

function paceText(amount: number, unit: Usage['unit']): string {
  const [size, noun] = unit === 'cases' ? [amount, 'cases'] : [amount / MINUTES_PER_HOUR, 'hours'];
  return `${size.toFixed(2)} ${noun} a day`;
}

/** The number alone, where the unit stands beside it. */
const partText = (amount: number, unit: Usage['unit']): string =>
  unit === 'cases' ? numberText(amount) : amountText(amount, unit);

/** How much of the entitlement was used, and how fast. */
export function Use({ usage }: { readonly usage: Usage }) {
  const { unit, at, used, granted, usedShare, pace, refused, overage, charged, cases, openCases, projectedUse } = usage;
  const share = usedShare === null ? '' : ` (${Math.round(usedShare * 100)} %)`;
  const refusedCases = refused.reduce((sum, one) => sum + one.cases, 0);
  const usedText =
    granted === null ? amountText(used, unit) : `${partText(used, unit)} of ${amountText(granted, unit)}${share}`;
  return (
    <FactList
      facts={[
        // The proposal is made once: later use is on the entitlement's page.
        ['Counted until', instantText(at)],
        ['Used', usedText],
        ['Whole term at this pace', amountText(projectedUse, unit)],
        ['Pace over the term', paceText(pace.term, unit)],
        ['Pace of the last 90 days', paceText(pace.last90Days, unit)],
        ['Pace of the last 30 days', paceText(pace.last30Days, unit)],
        ['Cases', `${numberText(cases)}, ${numberText(openCases)} of them open`],
        ...(refusedCases > 0 ? [['Refused', countOf(refusedCases, 'case')] as const] : []),
        ...(overage > 0 ? [['Beyond the allotment', amountText(overage, unit)] as const] : []),
        ...(charged.length > 0
          ? [['Charged for it', charged.map(({ amount, currency }) => moneyText(amount, currency)).join(', ')] as const]
          : []),
      ]}
    />
  );
}
