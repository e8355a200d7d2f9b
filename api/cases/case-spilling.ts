import type { CaseContext } from '../../db/cases/case-contexts.ts';
import type { OfferRead, ReadOffers } from '../../db/cases/offers.ts';
import { othersToAsk } from '../../domain/cases/matching.ts';
import { type CaseId, contactId, customerId, type EntitlementId, productId } from '../../domain/ids.ts';
import type { CaseInput } from './case-path.ts';

/** What decides which entitlements cover a case. */
interface Facts {
  readonly customerId: string;
  readonly contactId: string | null;
  readonly productId: string | null;
  readonly channel: string | null;
}

/**
 * For the resolves among `inputs`, the entitlements that can take what does not fit into the case's own, by the index of
 * the input. Reads nothing unless the organisation's setting `spill` is on.
 */
export async function planSpills(
  inputs: readonly CaseInput[],
  contexts: readonly CaseContext[],
  readOffers: ReadOffers,
): Promise<ReadonlyMap<number, readonly EntitlementId[]>> {
  const plans = new Map<number, readonly EntitlementId[]>();
  await Promise.all(
    inputs.map(async ({ kind, caseId }, index) => {
      const context = contexts[index];
      if (kind !== 'resolve' || context?.settings.spill !== true) return;
      const facts = factsOf(inputs.slice(0, index), caseId, context);
      if (facts === undefined) return;
      const ids = toAsk(facts, caseId as CaseId, await readOffers(facts.customerId));
      if (ids.length > 0) plans.set(index, ids);
    }),
  );
  return plans;
}

/** The case as it is on record, or as an earlier event of the same list attaches or changes it. */
function factsOf(earlier: readonly CaseInput[], caseId: string, { case: supportCase }: CaseContext): Facts | undefined {
  let facts: Facts | undefined = supportCase ?? undefined;
  for (const input of earlier) {
    if (input.caseId !== caseId || (input.kind !== 'attach' && input.kind !== 'update')) continue;
    const { customerId: id = facts?.customerId, channel = facts?.channel } = input;
    const { contactId: contact = facts?.contactId, productId: product = facts?.productId } = input;
    if (id === undefined) continue;
    facts = { customerId: id, contactId: contact ?? null, productId: product ?? null, channel: channel ?? null };
  }
  return facts;
}

const toAsk = (facts: Facts, caseId: CaseId, offers: readonly OfferRead[]): readonly EntitlementId[] =>
  othersToAsk(
    offers,
    {
      caseId,
      customerId: customerId(facts.customerId),
      contactId: facts.contactId === null ? null : contactId(facts.contactId),
      productId: facts.productId === null ? null : productId(facts.productId),
      channel: facts.channel,
      title: null,
      minutes: 0,
      decrements: true,
      overrides: false,
      pickedBy: 'matching',
      why: null,
      movedFrom: null,
    },
    Date.now(),
  );
