import type { CaseContext } from '../../db/cases/case-contexts.ts';
import type { ReadOffers } from '../../db/cases/offers.ts';
import type { CaseRequest } from '../../domain/cases/case-request.ts';
import type { CoverQuestion } from '../../domain/cases/cover.ts';
import { othersToAsk } from '../../domain/cases/matching.ts';
import type { RecordedCase } from '../../domain/cases/recorded-case.ts';
import { type CaseId, contactId, customerId, type EntitlementId, productId } from '../../domain/ids.ts';

/**
 * The requests with, for each resolve, the entitlements that can take the minutes that do not fit into the case's own.
 * Reads nothing unless the organisation's setting `spill` is on. `now` is the instant by which the entitlements are
 * judged.
 */
export async function withSpills<Request extends CaseRequest>(
  requests: readonly Request[],
  contexts: readonly CaseContext[],
  readOffers: ReadOffers,
  now: number,
): Promise<readonly Request[]> {
  if (!contexts.some(({ settings }) => settings.spill)) return requests;
  return await Promise.all(
    requests.map(async (request, index) => {
      const context = contexts[index];
      const { event } = request;
      if (event.kind !== 'resolve' || context?.settings.spill !== true) return request;
      const question = questionOf(requests.slice(0, index), event.caseId, context.case);
      if (question === undefined) return request;
      const spillTo = toAsk(event.caseId, question, await readOffers(question.customerId), now);
      return spillTo.length === 0 ? request : { ...request, event: { ...event, spillTo } };
    }),
  );
}

/**
 * What decides which entitlements cover the case: its record, and what earlier events of the same list change of it.
 */
function questionOf(
  earlier: readonly CaseRequest[],
  id: CaseId,
  recorded: RecordedCase | null,
): CoverQuestion | undefined {
  let question = recorded === null ? undefined : coverQuestion(recorded);
  for (const { event } of earlier) {
    if (event.caseId !== id) continue;
    // An attach of a case that is on record is refused or repeated: it changes nothing.
    if (event.kind === 'attach') question ??= event;
    else if (event.kind === 'update' && question !== undefined) {
      const { customerId: customer, contactId: contact, productId: product, channel } = event;
      question = {
        customerId: customer ?? question.customerId,
        contactId: contact === undefined ? question.contactId : contact,
        productId: product === undefined ? question.productId : product,
        channel: channel === undefined ? question.channel : channel,
      };
    }
  }
  return question;
}

const coverQuestion = (recorded: RecordedCase): CoverQuestion => ({
  customerId: customerId(recorded.customerId),
  contactId: recorded.contactId === null ? null : contactId(recorded.contactId),
  productId: recorded.productId === null ? null : productId(recorded.productId),
  channel: recorded.channel,
});

const toAsk = (
  caseId: CaseId,
  { customerId: customer, contactId: contact, productId: product, channel }: CoverQuestion,
  offers: Awaited<ReturnType<ReadOffers>>,
  now: number,
): readonly EntitlementId[] =>
  othersToAsk(
    offers,
    {
      caseId,
      customerId: customer,
      contactId: contact,
      productId: product,
      channel,
      title: null,
      minutes: 0,
      decrements: true,
      overrides: false,
      pickedBy: 'matching',
      why: null,
      movedFrom: null,
    },
    now,
  );
