import { judgeAnswers } from './judge-answers.ts';
import { judgeDeliveries } from './judge-delivered.ts';
import { judgeKeys } from './judge-keys.ts';
import { judgeOrder } from './judge-order.ts';
import { Books, type Finding, type RunRecord } from './judge-record.ts';
import { judgeCases, judgeCustody, judgeRecount } from './judge-recount.ts';
import { judgeRenewals, judgeTime } from './judge-renewals.ts';
import { judgeProgress } from './judge-stuck.ts';
import { judgeSums } from './judge-sums.ts';

/** Everything that is wrong with a run; an empty list is what it must be. */
export function judge(record: RunRecord): readonly Finding[] {
  const books = new Books(record.stored);
  const { journal } = record;
  return [
    ...judgeKeys(journal, books),
    ...judgeCases(journal, record),
    ...judgeAnswers(journal, books),
    ...judgeOrder(journal, books),
    ...judgeSums(record, books),
    ...judgeCustody(record, books),
    ...judgeRecount(record, books),
    ...judgeRenewals(record),
    ...judgeTime(record, books),
    ...judgeDeliveries(record),
    ...judgeProgress(record),
  ];
}
