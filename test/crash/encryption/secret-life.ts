import type { Client } from '@temporalio/client';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import { dayFromNow } from '../../support/days.ts';
import type { HttpReceiver } from '../../support/http-receiver.ts';
import type { MailReceiver } from '../../support/mail-receiver.ts';
import type { OwnStack } from '../../support/own-stack.ts';
import { must } from '../../support/records.ts';
import { unique } from '../../support/unique.ts';
import { until } from '../../support/waiting.ts';

const WITHIN_MS = 90_000;

/** Texts that stand nowhere by chance, by what they are. */
export const secretsOf = (flower: string) => ({
  customerId: `customer-${flower}-quillfeather`,
  customer: `Quillfeather & Söhne ${flower}`,
  manager: `Zebedee Oxenham ${flower}`,
  managerEmail: `zebedee.${flower}@oxenham.example`,
  contactId: `contact-${flower}-wigglesworth`,
  productId: `product-${flower}-thingummy`,
  entitlement: `Sterling cover ${flower}`,
  description: `As agreed at lunch ${flower}`,
  owner: `Petronella Ramsbottom ${flower}`,
  title: `The printer smells of lavender ${flower}`,
  signalled: `The scanner hums a waltz ${flower}`,
  overrideReason: `Because the chairman rang ${flower}`,
  topUpReason: `Bought at the fair ${flower}`,
  acceptReason: `Agreed on the golf course ${flower}`,
  failure: `The ledger tripped over ${flower}`,
});
export type Secrets = ReturnType<typeof secretsOf>;

interface World {
  readonly stack: OwnStack;
  readonly client: Client;
  readonly mail: MailReceiver;
  readonly receiver: HttpReceiver;
}

/**
 * Plays the life of an entitlement, from draft to successor, with everything that puts names, addresses and titles into
 * messages, mails, webhooks and failures. Returns the entitlement, which is still active and has one case left.
 */
export async function playLife({ stack, client, mail, receiver }: World, secrets: Secrets): Promise<EntitlementView> {
  const { customerId, contactId, productId } = secrets;
  const accountManager = { name: secrets.manager, email: secrets.managerEmail };
  await made(stack, `/v1/customers/${customerId}`, { type: 'account', name: secrets.customer, accountManager });
  await made(stack, `/v1/contacts/${contactId}`, { customerId, name: 'A contact' });
  await made(stack, `/v1/products/${productId}`, { name: 'A product' });
  const draft = await must(
    201,
    stack.ask<EntitlementView>('POST', '/v1/entitlements', {
      name: secrets.entitlement,
      description: secrets.description,
      owner: secrets.owner,
      customerId,
      startDate: dayFromNow(-1),
      endDate: dayFromNow(40),
      allocationType: 'cases',
      totalTerm: 2,
      decreaseRemainingOn: 'creation',
      restrict: true,
      contactIds: [contactId],
      productIds: [productId],
      renewalPolicy: { noticeDays: 60, reminderDays: 30, escalationDays: 0, accountManager },
    }),
  );
  const entitlementId = draft.id;
  await must(200, stack.ask('POST', `/v1/entitlements/${entitlementId}/activate`));
  const supportCase = { customerId, contactId, productId, entitlementId };
  const attach = (more: object) => stack.ask('POST', '/v1/cases', { id: unique('case'), ...supportCase, ...more });
  await must(201, attach({ title: secrets.title }));
  await signal(client, entitlementId, { caseId: unique('case'), contactId, productId, title: secrets.signalled });
  await until('the signalled case', WITHIN_MS, async () => (await remaining(stack, entitlementId)) === 0 || undefined);
  await must(422, attach({ title: secrets.title }));
  await must(201, attach({ override: { reason: secrets.overrideReason } }));
  await must(
    201,
    stack.ask('POST', `/v1/entitlements/${entitlementId}/top-ups`, { amount: 5, reason: secrets.topUpReason }),
  );
  await failOnce({ stack, client }, entitlementId, secrets);
  await until(
    'the mail',
    WITHIN_MS,
    async () => mail.received.some(({ to }) => to === secrets.managerEmail) || undefined,
  );
  await until(
    'the webhook',
    WITHIN_MS,
    async () => receiver.received.some(({ body }) => body.includes(entitlementId)) || undefined,
  );
  const { items } = await must(
    200,
    stack.ask<{ items: { id: string }[] }>('GET', `/v1/renewals?entitlementId=${entitlementId}`),
  );
  await must(200, stack.ask('POST', `/v1/renewals/${items[0]?.id}/accept`, { reason: secrets.acceptReason }));
  return must(200, stack.ask<EntitlementView>('GET', `/v1/entitlements/${entitlementId}`));
}

const made = async (stack: OwnStack, path: string, body: object) => {
  const { status } = await stack.ask('PUT', path, body);
  if (status !== 200 && status !== 201) throw new Error(`PUT ${path} answered ${status}`);
};

export const remaining = async (stack: OwnStack, id: string): Promise<number | null> =>
  (await must(200, stack.ask<EntitlementView>('GET', `/v1/entitlements/${id}`))).remainingTerm;

const signal = (client: Client, id: string, content: Record<string, string>): Promise<void> =>
  client.workflow.getHandle(`entitlement/${id}`).signal('attachCase', { key: unique('key'), ...content });

/** Lets the database refuse a row with a message that names what nobody may read, until Temporal has the failure. */
async function failOnce(
  { stack, client }: Pick<World, 'stack' | 'client'>,
  id: string,
  { failure, contactId, productId, signalled: title }: Secrets,
): Promise<void> {
  const { sql } = stack;
  await sql.unsafe(`
    create function trip() returns trigger language plpgsql as $$ begin raise exception '${failure}'; end $$;
    create trigger trip before insert on ledger for each row execute function trip()`);
  try {
    await signal(client, id, { caseId: unique('case'), contactId, productId, title });
    await until('the failure', WITHIN_MS, async () => {
      const { raw } = await client.workflow.getHandle(`entitlement/${id}`).describe();
      return raw.pendingActivities?.some(({ lastFailure }) => lastFailure != null) || undefined;
    });
  } finally {
    await sql.unsafe('drop trigger trip on ledger; drop function trip()');
  }
}
