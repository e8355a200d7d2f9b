import { randomUUID } from 'node:crypto';

const DAY_MS = 86_400_000;
const CUSTOMERS = 12;
const CALLERS = 8;
/** Between two requests of a caller: a busy day of a service desk, not a test of speed. */
const PAUSE_MS = 60;
const CHANNELS = ['phone', 'email', 'web'];
/** Some contracts run out during the load, so that refusals are seen. */
const FEW_CASES = 40;
const MANY_CASES = 100_000;

/** Sends a request and answers its JSON; no status throws. */
export type Send = (method: string, path: string, body?: object, headers?: Record<string, string>) => Promise<Answer>;

export interface Answer {
  readonly status: number;
  readonly traceId: string | null;
  readonly body: { readonly id?: string };
}

export interface LoadContract {
  readonly id: string;
  readonly customerId: string;
}

const day = (offset: number): string => new Date(Date.now() + offset * DAY_MS).toISOString().slice(0, 10);

/** Makes customers with active contracts: every third has few cases, and each gets a renewal that is due. */
export async function makeContracts(send: Send): Promise<readonly LoadContract[]> {
  const policy = { noticeDays: 60, accountManager: { name: 'Ada', email: 'ada@example.com' } };
  const contracts: LoadContract[] = [];
  for (let number = 0; number < CUSTOMERS; number += 1) {
    const customerId = `seen-${number}`;
    await send('PUT', `/v1/customers/${customerId}`, { type: 'account', name: `Customer ${number}` });
    const { body, status } = await send('POST', '/v1/entitlements', {
      ...{ name: `Contract ${number}`, customerId, startDate: day(-300), endDate: day(number % 4 === 0 ? 30 : 300) },
      ...{ allocationType: 'cases', totalTerm: number % 3 === 0 ? FEW_CASES : MANY_CASES },
      ...{ decreaseRemainingOn: 'creation', restrict: true },
      ...(number % 4 === 0 ? { renewalPolicy: policy } : { renewalPolicy: null }),
    });
    if (body.id === undefined) throw new Error(`No contract was made: ${status} ${JSON.stringify(body)}`);
    await send('POST', `/v1/entitlements/${body.id}/activate`);
    contracts.push({ id: body.id, customerId });
  }
  return contracts;
}

/** Opens and resolves cases until the time is over. Answers how many requests were sent. */
export async function sendLoad(send: Send, contracts: readonly LoadContract[], seconds: number): Promise<number> {
  const end = Date.now() + seconds * 1_000;
  let sent = 0;
  const caller = async (number: number) => {
    for (let turn = number; Date.now() < end; turn += 1) {
      const { id: entitlementId, customerId } = contracts[turn % contracts.length] ?? { id: '', customerId: '' };
      const id = `seen-${randomUUID()}`;
      const channel = CHANNELS[turn % CHANNELS.length];
      const { status } = await send('POST', '/v1/cases', {
        id,
        customerId,
        entitlementId,
        channel,
        title: 'A printer',
      });
      sent += 1;
      if (status === 201 && turn % 2 === 0) {
        await send('POST', `/v1/cases/${id}/resolve`, {});
        sent += 1;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, (_, number) => caller(number)));
  return sent;
}
