import { type Answer, ask, type CaseView, entitlement } from './api-client.ts';
import { unique } from './unique.ts';

type MovedCase = CaseView & { status: string };

/** Changes a case, which may move it. */
export const patch = (
  caseId: string,
  body: Record<string, unknown>,
  key: string = unique('key'),
): Promise<Answer<MovedCase>> => ask('PATCH', `/v1/cases/${caseId}`, body, { key });

export const caseOf = async (id: string): Promise<MovedCase> => (await ask<MovedCase>('GET', `/v1/cases/${id}`)).body;

/** What remains of each of these entitlements. */
export const left = async (...ids: readonly string[]): Promise<(number | null)[]> =>
  await Promise.all(ids.map(async (id) => (await entitlement(id)).remainingTerm));
