import { expect } from 'vitest';
import type { EntitlementView } from '../../api/entitlements/entitlement-view.ts';
import { state } from '../../workflows/entitlements/messages.ts';
import type { HttpReceiver } from '../support/http-receiver.ts';
import { must } from '../support/records.ts';
import { until } from '../support/waiting.ts';
import type { TwoVersions } from './two-versions.ts';

/** What stands in the installation when it is upgraded, and how it goes on. */
export interface Going {
  /** What the old version made of it. */
  readonly made: string;
  readonly entitlements: readonly EntitlementView[];
  /** While the new API runs beside the old worker; says what happened. */
  readonly meanwhile?: () => Promise<string>;
  /** Whatever versions run side by side, any number of times; says what happens each time. */
  readonly again?: () => Promise<string>;
  /** With the present version alone; says what happened. */
  readonly goOn: () => Promise<string>;
}

export interface Story {
  readonly name: string;
  /** With the old version. */
  readonly begin: (world: World) => Promise<Going>;
}

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;
const SOON_MS = 40_000;

export interface CaseView {
  readonly id: string;
  readonly status: string;
  readonly entitlementId: string | null;
}

/** The system under upgrade, as a caller sees it. */
export class World {
  readonly system: TwoVersions;
  /** Where webhooks send to, over the whole upgrade. */
  readonly receiver: HttpReceiver;
  /** Answers of 503 to callers that asked again. */
  unavailable = 0;

  constructor(system: TwoVersions, receiver: HttpReceiver) {
    this.system = system;
    this.receiver = receiver;
  }

  /** The body of the answer, which must have this status. */
  async ask<Body = Record<string, unknown>>(
    status: number,
    method: string,
    path: string,
    body?: unknown,
    key?: string,
  ): Promise<Body> {
    return await must(status, this.system.ask<Body>(method, path, body, key)).catch((error: Error) => {
      throw new Error(`${method} ${path}: ${error.message}`);
    });
  }

  async entitlement({ id }: Pick<EntitlementView, 'id'>): Promise<EntitlementView> {
    return await this.ask<EntitlementView>(200, 'GET', `/v1/entitlements/${id}`);
  }

  async command({ id }: Pick<EntitlementView, 'id'>, command: string): Promise<EntitlementView> {
    return await this.ask<EntitlementView>(200, 'POST', `/v1/entitlements/${id}/${command}`);
  }

  async remaining(entitlement: Pick<EntitlementView, 'id'>): Promise<number | null> {
    return (await this.entitlement(entitlement)).remainingTerm;
  }

  /** A case that the entitlement refuses, with the code of the refusal. */
  async refused({ id, customerId }: EntitlementView, caseId: string, code: string, more: object = {}): Promise<void> {
    const body = { id: caseId, customerId, entitlementId: id, ...more };
    const answer = await this.system.ask('POST', '/v1/cases', body);
    expect(answer.body).toMatchObject({ code });
  }

  /** A case under the entitlement; asks again with the same key while the API answers 503, as callers do. */
  async patiently({ id, customerId }: EntitlementView, caseId: string): Promise<void> {
    const body = { id: caseId, customerId, entitlementId: id };
    const key = `key:${caseId}`;
    await this.eventually(async () => {
      const { status } = await this.system.ask('POST', '/v1/cases', body, key);
      if (status === 503) this.unavailable += 1;
      expect(status).toBe(201);
    });
  }

  /** Moves the clock of the entitlement's workflow past the instant, a minute more. */
  async goPast(entitlement: Pick<EntitlementView, 'id'>, instant: string | null): Promise<void> {
    const handle = (await this.system.client()).workflow.getHandle(`entitlement/${entitlement.id}`);
    const { entitlement: now } = await handle.query(state);
    // The workflow's clock stands where its last skip ended, or in today.
    const from = Math.max(Date.now(), now.updatedAt);
    await this.system.skip(handle.workflowId, Date.parse(instant ?? '') + MINUTE_MS - from);
  }

  async becomes(entitlement: Pick<EntitlementView, 'id'>, wanted: Partial<EntitlementView>): Promise<EntitlementView> {
    return await this.eventually(async () => {
      const found = await this.entitlement(entitlement);
      expect(found).toMatchObject(wanted);
      return found;
    });
  }

  /** Reads until `read` no longer throws; throws what it threw last when that takes too long. */
  async eventually<Value>(read: () => Promise<Value>): Promise<Value> {
    let last: unknown;
    return await until('what is awaited', SOON_MS, async () => {
      try {
        return { value: await read() };
      } catch (error) {
        last = error;
        return undefined;
      }
    }).then(
      ({ value }) => value,
      () => {
        throw last;
      },
    );
  }
}
