import type { Shapes } from '../data/api.ts';
import { type AllocationType, dayText, moneyText, termText } from '../ui/format.ts';
import { moneyWords, pauseWords } from './record-amended-words.ts';

export type LedgerRow = Shapes['LedgerRow'];
type Kind = LedgerRow['kind'];
type Facts = NonNullable<LedgerRow['facts']>;

/** What each kind of row says, without its amounts. */
const KIND_WORDS: Readonly<Record<Kind, string>> = {
  created: 'The draft was made',
  edited: 'The terms were edited',
  activated: 'It was activated',
  started: 'It started by itself',
  deactivated: 'It was deactivated',
  expired: 'It ended by itself',
  canceled: 'It was canceled',
  renewed: 'It got a successor',
  successor_ended: 'Its successor came to nothing',
  successor_starts: 'Its successor said when it starts',
  renewal_started: 'Its renewal started',
  deleted: 'The draft was deleted',
  topped_up: 'Term was added',
  top_up_expired: 'A top-up expired',
  period_started: 'A new period began',
  pause_planned: 'A pause was planned',
  pause_taken_back: 'A planned pause was taken back',
  paused: 'It was paused',
  resumed: 'It went on after a pause',
  amended: 'It was amended',
  amendment_scheduled: 'An amendment was scheduled',
  amendment_taken_back: 'A scheduled amendment was taken back',
  amendment_dropped: 'A scheduled amendment no longer fitted',
  amendment_voided: 'An amendment was voided',
  attached: 'A case attached',
  repeated_attach: 'A case that is attached was attached again',
  updated: 'A case changed',
  resolved: 'A case was resolved',
  case_canceled: 'A case was canceled',
  reactivated: 'A case was reactivated',
  decremented: 'A case was counted by hand',
  responded: 'A case was answered',
  held: 'A case was put on hold',
  released: 'A hold of a case ended',
  detached: 'A case left',
  spilled: 'Minutes of a case were shared with other entitlements',
  spill_taken: 'Minutes of a case of another entitlement were taken or given back',
  refused: 'An event was refused',
};

const isKind = (text: string): text is Kind => Object.hasOwn(KIND_WORDS, text);
export const ROW_KINDS: readonly Kind[] = Object.keys(KIND_WORDS).filter(isKind);
export const kindWords = (kind: Kind): string => KIND_WORDS[kind];

/** What happened, as the heading of the row in the timeline. */
export function rowTitle({ kind, refusal, facts }: LedgerRow): string {
  if (kind === 'refused' && refusal !== null) return `An event was refused: ${refusal.replaceAll('_', ' ')}`;
  if (kind === 'topped_up' && facts?.topUp?.startsOn != null)
    return `A top-up was added that starts on ${dayText(facts.topUp.startsOn)}`;
  return KIND_WORDS[kind];
}

/** The amounts and circumstances of the row, each as a short sentence without a full stop. */
export function rowDetails(row: LedgerRow, allocationType: AllocationType): readonly string[] {
  const { change, useChange, heldChange, overage, charge, channel, facts, remainingAfter } = row;
  const term = (amount: number) => termText(Math.abs(amount), allocationType);
  return [
    ...(channel === null ? [] : [`by ${channel}`]),
    ...(change === 0 ? [] : [change < 0 ? `took ${term(change)}` : `gave ${term(change)}`]),
    ...(row.caseId === null || useChange === -change ? [] : [`used ${term(useChange)}`]),
    ...(heldChange === 0 ? [] : [heldChange > 0 ? `reserved ${term(heldChange)}` : `released ${term(heldChange)}`]),
    ...(overage === 0
      ? []
      : [overage > 0 ? `${term(overage)} past the granted term` : `${term(overage)} past the granted term came back`]),
    ...(charge === null ? [] : [chargeWords(charge)]),
    ...(facts?.overrode === undefined ? [] : [`override of ${facts.overrode.join(', ').replaceAll('_', ' ')}`]),
    ...(facts?.movedFromId === undefined ? [] : [`moved from ${facts.movedFromId}`]),
    ...(facts?.successorId === undefined ? [] : [`successor ${facts.successorId}`]),
    ...(facts?.pause === undefined || row.kind === 'resumed' ? [] : [pauseWords(facts.pause)]),
    ...(facts?.movedDays ? [`the end moved by ${facts.movedDays === 1 ? 'a day' : `${facts.movedDays} days`}`] : []),
    ...(facts?.amendment === undefined ? [] : [amendmentWords(facts.amendment)]),
    ...(facts?.ahead === undefined ? [] : [`amendment ${facts.ahead.n}, ${countsWords(facts.ahead.effective)}`]),
    ...(facts?.money == null ? [] : [moneyWords(facts.money)]),
    ...(facts?.inGrace === undefined ? [] : ['in the grace, after the end']),
    ...(facts?.holds === undefined ? [] : [`on hold from the beginning: ${facts.holds.join(', ')}`]),
    ...(facts?.crossed === undefined ? [] : [`${facts.crossed.join(' %, ')} % of the term used`]),
    ...(facts?.decrements === undefined
      ? []
      : [facts.decrements ? 'the case uses term again' : 'the case uses no term from now on']),
    ...(remainingAfter === null || change === 0 ? [] : [`${termText(remainingAfter, allocationType)} left`]),
  ];
}

/** Which amendment the row makes, or takes back. */
function amendmentWords({ n, effective, day, voids }: NonNullable<Facts['amendment']>): string {
  if (voids !== undefined) return `amendment ${n}, voids amendment ${voids}`;
  return `amendment ${n}, ${countsWords(day ?? effective)}`;
}

/** From when an amendment counts: `now`, `next_period` or a day. */
function countsWords(effective: string): string {
  if (effective === 'now') return 'counts at once';
  return effective === 'next_period' ? 'counts with the next period' : `counts from ${dayText(effective)}`;
}

function chargeWords({ amount, currency, quantity }: NonNullable<LedgerRow['charge']>): string {
  const money = moneyText(Math.abs(Number(amount)), currency);
  return quantity < 0 ? `${money} credited` : `${money} charged`;
}
