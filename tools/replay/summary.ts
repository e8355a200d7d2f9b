import type { LocationOutcome, Played } from './play.ts';
import type { ReplayResult } from './replay.ts';

/** More refusals of one kind would say nothing new. */
const MAX_REFUSALS_SHOWN = 5;

const NAME_WIDTH = 24;
const NUMBER_WIDTH = 10;

const ADDED = ['attached', 'rejected', 'resolved', 'reactivated', 'total', 'remaining'] as const;

/** The value of `--json`: every location by its own name, sorted. */
export const outcomeJson = ({ locations }: Played): string =>
  `${JSON.stringify(Object.fromEntries(locations), null, 2)}\n`;

/** The locations' outcomes added up. */
export function sumOf({ locations }: Played): LocationOutcome {
  const sum = { attached: 0, rejected: 0, resolved: 0, reactivated: 0, total: 0, remaining: 0 };
  for (const outcome of locations.values()) for (const field of ADDED) sum[field] += outcome[field];
  return sum;
}

/** The result of a play, for a reader. */
export function summaryLines({ plan, played }: ReplayResult): string[] {
  const sum = sumOf(played);
  const { unit, on, restrict, matching } = plan.options;
  const codes = [...played.rejections].map(([code, count]) => `${code} ${count}`).join(', ');
  return [
    `${played.locations.size} locations, ${plan.events.length} events; ${plan.options.total} ${unit} each on ${on}, restrict ${restrict ? 'yes' : 'no'}${matching ? ', entitlements picked' : ''}`,
    `  attached ${sum.attached}, rejected ${sum.rejected}${codes === '' ? '' : ` (${codes})`}, resolved ${sum.resolved}, reactivated ${sum.reactivated}`,
    `  remaining ${sum.remaining} of ${sum.total} ${unit} (totals less use, over all locations)`,
    `  ${played.repeats} of ${played.answers} answers were repeats of an earlier play and changed nothing`,
    `  ${played.leftOut} later events belong to incidents that were not attached, and were not sent`,
    ...refusalLines(played),
  ];
}

function refusalLines({ laterRefusals }: Played): string[] {
  if (laterRefusals.length === 0) return [];
  const shown = laterRefusals.slice(0, MAX_REFUSALS_SHOWN).map((line) => `    ${line}`);
  return [`  ${laterRefusals.length} later events were refused and are not counted, as:`, ...shown];
}

/** A table of the locations that used most, with the sums of all locations below it. */
export function tableLines(played: Played, rows: number): string[] {
  const byUse = [...played.locations].sort(([, a], [, b]) => b.total - b.remaining - (a.total - a.remaining));
  const sum = sumOf(played);
  const line = (name: string, values: readonly (string | number)[]) =>
    `  ${name.padEnd(NAME_WIDTH)}${values.map((value) => String(value).padStart(NUMBER_WIDTH)).join('')}`;
  return [
    line('location', ['attached', 'rejected', 'remaining']),
    ...byUse
      .slice(0, rows)
      .map(([name, { attached, rejected, remaining }]) => line(name, [attached, rejected, remaining])),
    line(`all ${byUse.length}`, [sum.attached, sum.rejected, sum.remaining]),
  ];
}

/** Commands that show the records of the busiest location. */
export function whereToLook(url: string, { played, plan, entitlementIds }: ReplayResult): string[] {
  const busiest = [...played.locations].sort(
    ([, a], [, b]) => b.attached + b.rejected - (a.attached + a.rejected),
  )[0]?.[0];
  const customerId = plan.locations.find(({ location }) => location === busiest)?.customerId ?? '';
  const entitlementId = encodeURIComponent(entitlementIds.get(busiest ?? '') ?? '');
  return [
    `Where to look (${busiest ?? 'no location'} was the busiest):`,
    curl(url, `/v1/entitlements?customerId=${encodeURIComponent(customerId)}`),
    curl(url, `/v1/entitlements/${entitlementId}/ledger`),
    `  ${url}/docs to try every route; \`npm run reconcile\` to compare workflows, snapshots and ledger`,
  ];
}

/** A command that a reader can copy. It does not hold the key, but reads it from where `npm start` put it. */
export const curl = (url: string, path: string): string =>
  `  curl -H "Authorization: Bearer \${ALLOT_API_KEY:-$(cat .allot/dev-key)}" '${url}${path}'`;
