import type { ListedCase } from '../../db/cases/case-list.ts';
import { statusAt } from '../../domain/slas/clock-risk.ts';

/** A case of the list, with the status of its next clock as it is now. */
export function listedCaseView(supportCase: ListedCase, now: number): ListedCase {
  const { nextDue } = supportCase;
  if (nextDue === null) return supportCase;
  const status = statusAt({ ...nextDue, dueAt: Date.parse(nextDue.dueAt) }, now);
  return { ...supportCase, nextDue: { ...nextDue, status } };
}
