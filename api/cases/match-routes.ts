import type { z } from 'zod';
import { seesAllOf } from '../../db/access/access-scope.ts';
import { findContact } from '../../db/directory/records.ts';
import { findEntitlement } from '../../db/entitlements/entitlements.ts';
import type { AccessScope } from '../../domain/access/access-scope.ts';
import { PERMISSIONS } from '../../domain/access/roles.ts';
import type { EpochMs } from '../../domain/calendar.ts';
import { attachRefusal } from '../../domain/cases/attaching.ts';
import type { AttachEvent } from '../../domain/cases/case-event.ts';
import { type Judgement, judge } from '../../domain/cases/matching.ts';
import { problemWithNamed } from '../../domain/cases/named-records.ts';
import { type Candidate, candidates, type PickSettings, whyNone } from '../../domain/cases/picking.ts';
import { whyNoneInWords, whyPicked } from '../../domain/cases/picking-words.ts';
import { asOf } from '../../domain/entitlements/passing-of-time.ts';
import type { SlaId } from '../../domain/ids.ts';
import { type Refusal, refuse } from '../../domain/refusals.ts';
import { dueTimes, type SlaPromise } from '../../domain/slas/sla.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { accessScopeOf } from '../http/identity.ts';
import { isoOrNull } from '../http/instants.ts';
import { notFound, Problem } from '../http/problem.ts';
import { bodyOf } from '../http/request.ts';
import { attachRequest, requestOf } from './case-requests.ts';
import { matchAnswer, type matchCandidate } from './match-answers.ts';
import { matchBody } from './schemas.ts';
import type { CaseServices } from './services.ts';

/** What the view of a candidate needs beside its judgement. */
interface Around {
  readonly rule: Candidate['rule'] | null;
  readonly sla: SlaPromise | undefined;
  readonly now: EpochMs;
}

/** What an entitlement would do with the case, for the answer; terms in cases or minutes, null when unlimited. */
const judgementView = (
  { entitlement, isDefault, inGrace, refused, names, remainingAfter, channelRemainingAfter }: Judgement,
  { rule, sla, now }: Around,
): z.infer<typeof matchCandidate> => ({
  entitlementId: entitlement.id,
  name: entitlement.details.name,
  covers: refused === undefined,
  code: refused?.code ?? null,
  reason: refused?.detail ?? null,
  rule,
  isDefault,
  inGrace,
  names,
  priority: entitlement.details.priority,
  startDate: entitlement.details.startDate,
  endDate: entitlement.details.endDate,
  slaId: entitlement.details.slaId,
  ...promises(sla, now),
  allocationType: entitlement.details.allocationType,
  remainingAfter,
  channelRemainingAfter,
});

/** When the case would be due if it were attached now. */
function promises(sla: SlaPromise | undefined, now: EpochMs) {
  const due = sla === undefined ? undefined : dueTimes(sla, now);
  return {
    firstResponseDueAt: isoOrNull(due?.firstResponseDueAt ?? null),
    resolutionDueAt: isoOrNull(due?.resolutionDueAt ?? null),
  };
}

export const matchEndpoints = ({ sql, caseReads }: CaseServices): readonly Endpoint[] => [
  {
    method: 'post',
    path: '/v1/cases/match',
    tag: 'Cases',
    summary:
      'Shows what each active entitlement of the customer would do with a case, and which would be picked; changes nothing',
    roles: PERMISSIONS.read,
    body: matchBody,
    answers: { 200: { means: 'Every active entitlement of the customer, the most specific first', body: matchAnswer } },
    refusals: ['not_found', 'contact_of_other_customer'],
    handle: async (request, response) => {
      const body = bodyOf(request, matchBody);
      await checkAccess(sql, accessScopeOf(request), body);
      const { event, named: entitlementId } = attachRequest(body.id ?? 'unknown', 'match', body);
      const { customerId, contactId, productId, channel } = event;
      const [named, offers] = await Promise.all([
        caseReads.named({ customerId, contactId, productId, channel }),
        caseReads.offers(customerId),
      ]);
      const unknown = problemWithNamed(requestOf(event), { ...named, entitlement: null, case: null });
      if (unknown !== undefined) throw new Problem(unknown);
      const now = Date.now();
      const judgements = judge(offers, event, now);
      const slas = await caseReads.slas(slasOf(judgements));
      const asked = candidates(judgements, named.settings, 'create');
      const ruleOf = (judgement: Judgement) =>
        asked.find(({ entitlement }) => entitlement.id === judgement.entitlement.id)?.rule ?? null;
      response.json({
        customerId,
        candidates: judgements.map((judgement) =>
          judgementView(judgement, { rule: ruleOf(judgement), sla: slaIn(slas, judgement), now }),
        ),
        ...(entitlementId === null
          ? picked(judgements, asked, named.settings)
          : byName(entitlementId, await refusalOfNamed(sql, entitlementId, event))),
      });
    },
  },
];

const slasOf = (judgements: readonly Judgement[]): ReadonlySet<SlaId> =>
  new Set(judgements.flatMap(({ entitlement: { details } }) => details.slaId ?? []));

const slaIn = (
  slas: ReadonlyMap<SlaId, SlaPromise>,
  { entitlement: { details } }: Judgement,
): SlaPromise | undefined => (details.slaId === null ? undefined : slas.get(details.slaId));

/**
 * Refuses `not_found` for records outside the caller's access scope. A match shows all entitlements of a customer, so
 * the caller must be allowed to see all of them: a customer with some entitlements outside the scope counts as not
 * found.
 */
async function checkAccess(
  sql: CaseServices['sql'],
  accessScope: AccessScope,
  {
    customerId,
    contactId,
    entitlementId,
  }: Pick<z.infer<typeof matchBody>, 'customerId' | 'contactId' | 'entitlementId'>,
): Promise<void> {
  if (accessScope === 'all') return;
  const missing = (what: string, id: string) => notFound(what, id, `${what}Id`);
  if (entitlementId != null && (await findEntitlement(sql, entitlementId, accessScope)) === undefined)
    throw missing('entitlement', entitlementId);
  if (!(await seesAllOf(sql, accessScope, customerId))) throw missing('customer', customerId);
  if (contactId != null && (await findContact(sql, contactId, accessScope)) === undefined)
    throw missing('contact', contactId);
}

/** Why the named entitlement would refuse the case, whatever the entitlement's status; undefined where it takes it. */
async function refusalOfNamed(sql: CaseServices['sql'], id: string, event: AttachEvent): Promise<Refusal | undefined> {
  const found = await findEntitlement(sql, id);
  if (found === undefined) return refuse('not_found', `There is no entitlement ${id}.`, 'entitlementId').refused;
  const now = Math.max(Date.now(), found.updatedAt);
  return attachRefusal(asOf(found, now), event, now);
}

/** What is picked, or why nothing is. */
type Picked = Pick<z.infer<typeof matchAnswer>, 'picked' | 'none'>;

const byName = (id: string, refused: Refusal | undefined): Picked =>
  refused === undefined
    ? { picked: { entitlementId: id, rule: 'named', why: 'The case names it.' }, none: null }
    : { picked: null, none: { reason: refused.code, why: refused.detail } };

/** The entitlement that would be picked and why, or why there is none. */
function picked(judgements: readonly Judgement[], asked: readonly Candidate[], settings: PickSettings): Picked {
  const [first] = asked;
  if (first !== undefined) {
    const { entitlement, rule } = first;
    return { picked: { entitlementId: entitlement.id, rule, why: whyPicked(first, judgements) }, none: null };
  }
  const reason = whyNone(judgements, settings, 'create');
  return { picked: null, none: { reason, why: whyNoneInWords(reason, judgements) } };
}
