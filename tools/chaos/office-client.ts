import { dateAt, plusDays } from '../../domain/calendar.ts';
import type { Seeded } from '../seeded.ts';
import type { HttpAnswer, HttpCall } from './caller.ts';
import type { Clients } from './case-client.ts';
import type { AskedCommand, CommandKind } from './journal.ts';
import { untilAnswered } from './sending.ts';
import { takeTurns } from './turns.ts';

const THINKS_MS = { from: 20, to: 250 };
const READS_WITHIN_MS = 20_000;

const JOBS = ['life', 'draft', 'shared', 'shared', 'timed', 'default', 'renewal', 'renewal', 'renewal'] as const;

/** Somebody who writes contracts and decides renewals: one job after the other, each drawn from the seed. */
export class OfficeClient {
  readonly #name: string;
  readonly #clients: Clients;

  constructor(name: string, clients: Clients) {
    this.#name = name;
    this.#clients = clients;
  }

  async run(): Promise<void> {
    const { seed, sending } = this.#clients;
    await takeTurns({ name: this.#name, seed, sending, thinksMs: THINKS_MS }, (random) =>
      this.#work(random.pick(JOBS), random),
    );
  }

  async #work(job: (typeof JOBS)[number], random: Seeded): Promise<void> {
    const { customers, timed } = this.#clients.world;
    switch (job) {
      case 'life':
        return await this.#life(random);
      case 'draft': {
        const draft = await this.#create(random);
        if (draft !== undefined) await this.#command('delete', draft, random);
        return;
      }
      case 'shared':
        return await this.#shared(random.pick(random.pick(customers).entitlements), random);
      case 'timed':
        if (timed.length > 0) await this.#topUp(random.pick(random.pick(timed).entitlements), random);
        return;
      case 'default':
        await this.#command(
          random.happens(0.7) ? 'set-default' : 'clear-default',
          random.pick(customers[1]?.entitlements ?? []),
          random,
        );
        return;
      case 'renewal':
        return await this.#renewal(random);
    }
  }

  /** From the draft to the end, and into the next contract. */
  async #life(random: Seeded): Promise<void> {
    const id = await this.#create(random);
    if (id === undefined) return;
    if (random.happens(0.5)) await this.#edit(id, { totalTerm: random.between(5, 30) }, random);
    await this.#command('activate', id, random);
    if (random.happens(0.5)) await this.#topUp(id, random);
    if (random.happens(0.4)) {
      await this.#command('deactivate', id, random);
      await this.#edit(id, { totalTerm: random.between(5, 30), name: `Edited ${id}` }, random);
      await this.#command('activate', id, random);
    }
    await this.#command('cancel-entitlement', id, random);
    const renewed = await this.#command('renew', id, random);
    const next = renewed?.status === 201 ? String(renewed.body.id) : undefined;
    if (next !== undefined) await this.#command(random.happens(0.5) ? 'delete' : 'activate', next, random);
  }

  /** More term, or a larger total, for a contract that has cases meanwhile. */
  async #shared(id: string, random: Seeded): Promise<void> {
    if (random.happens(0.7)) return await this.#topUp(id, random);
    await this.#command('deactivate', id, random);
    await this.#edit(id, { name: `Edited in turn ${random.between(1, 1_000)}` }, random);
    await this.#command('activate', id, random);
  }

  async #renewal(random: Seeded): Promise<void> {
    const open = await this.#read('/v1/renewals?open=true&limit=100', random);
    const renewals = (open?.body.items ?? []) as { id: string; timeZone?: string; endDate: string }[];
    if (renewals.length === 0) return;
    const { id } = random.pick(renewals);
    const kind = random.pick(['accept', 'decline', 'snooze', 'snooze'] as const);
    const tomorrow = plusDays(dateAt(Date.now(), 'UTC'), random.between(2, 5));
    const body = kind === 'accept' ? {} : kind === 'decline' ? { reason: 'no longer needed' } : { until: tomorrow };
    await this.#ask(kind, id, { method: 'POST', path: `/v1/renewals/${id}/${kind}`, body }, random);
  }

  async #create(random: Seeded): Promise<string | undefined> {
    const today = dateAt(Date.now(), 'UTC');
    const body = {
      name: `Contract of ${this.#name}`,
      customerId: random.pick(this.#clients.world.customers).id,
      startDate: plusDays(today, random.pick([-10, 5])),
      endDate: plusDays(today, 200),
      timeZone: 'UTC',
      // It covers no channel of the case systems, so that nobody else's cases match it.
      channels: [{ channel: 'facebook' }],
      allocationType: 'cases',
      totalTerm: random.between(3, 20),
      decreaseRemainingOn: 'creation',
      restrict: true,
      renewalPolicy: null,
    };
    const answer = await this.#ask('create', null, { method: 'POST', path: '/v1/entitlements', body }, random);
    return answer?.status === 201 ? String(answer.body.id) : undefined;
  }

  async #topUp(id: string, random: Seeded): Promise<void> {
    const body = { amount: random.between(1, 5), reason: 'bought' };
    await this.#ask('top-up', id, { method: 'POST', path: `/v1/entitlements/${id}/top-ups`, body }, random);
  }

  async #edit(id: string, changes: Record<string, unknown>, random: Seeded): Promise<void> {
    await this.#ask('edit', id, { method: 'PATCH', path: `/v1/entitlements/${id}`, body: changes }, random);
  }

  async #command(kind: CommandKind, id: string, random: Seeded): Promise<HttpAnswer | undefined> {
    const path = `/v1/entitlements/${id}`;
    if (kind === 'delete') return await this.#ask(kind, id, { method: 'DELETE', path }, random);
    const name = kind === 'cancel-entitlement' ? 'cancel' : kind;
    return await this.#ask(kind, id, { method: 'POST', path: `${path}/${name}`, body: {} }, random);
  }

  async #ask(kind: CommandKind, target: string | null, request: AskedCommand['request'], random: Seeded) {
    const { journal, world, sending } = this.#clients;
    const key = `${world.run}-${this.#name}-${journal.commands.length}-${kind}`;
    const asked: AskedCommand = { client: this.#name, key, kind, target, request, attempts: [] };
    journal.commands.push(asked);
    return await untilAnswered(sending, asked, random);
  }

  async #read(path: string, random: Seeded): Promise<HttpAnswer | undefined> {
    const call: HttpCall = { method: 'GET', path, api: random.between(0, 1_000), withinMs: READS_WITHIN_MS };
    return await this.#clients.sending.caller.http(call).catch(() => undefined);
  }
}
