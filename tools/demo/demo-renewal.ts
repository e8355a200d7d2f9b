import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Connection } from '@temporalio/client';
import type { AllotClient } from '../../client/client.ts';
import { ActionableError } from '../../client/failure.ts';
import type { components } from '../../client/schema.d.ts';
import type { DemoContext } from '../../dev/demo-context.ts';
import { readMail } from '../../dev/mail-page.ts';
import { curl } from '../replay/summary.ts';
import { until } from '../replay/until.ts';
import { casesOf } from './demo-year.ts';
import { DemoClock, daysBefore, isoDay, yearFrom } from './records/demo-clock.ts';

const NOTICE_DAYS = 60;
const STARTED_DAYS_AGO = 1;
const TOTAL_CASES = 3;
/** More than the contract has, so that the renewal proposes more. */
const CASES_ASKED = 5;
const PAST_INSTANT_MS = 60_000;

type Entitlement = components['schemas']['Entitlement'];
type Renewal = components['schemas']['Renewal'];

/**
 * Takes one entitlement to 60 days before its end, where its renewal opens and sends a mail to the account manager.
 * Accepts what is proposed, and goes on until the entitlement has expired and its successor is active.
 */
export async function renewByItself(
  client: AllotClient,
  connection: Connection,
  context: DemoContext,
  print: (line: string) => void,
): Promise<void> {
  const demo = new DemoRenewal(client, connection, context, print);
  print(`\nAnother is renewed by itself: its account manager hears of it ${NOTICE_DAYS} days before its end.\n`);
  const old = await demo.activate();
  await demo.use();
  const renewal = await demo.toNotice(old);
  await demo.showMail();
  demo.showProposal(renewal);
  const successor = await demo.accept(renewal);
  await demo.pastEnd(old, successor);
  const path = `/v1/entitlements/${encodeURIComponent(successor.id)}`;
  const lines = ['', 'Where to look:', curl(client.url, `/v1/renewals/${renewal.id}`), curl(client.url, path)];
  for (const line of [...lines, `  ${client.url}/renewals/${renewal.id} is the page that the mail leads to`])
    print(line);
}

class DemoRenewal {
  readonly #client: AllotClient;
  readonly #connection: Connection;
  readonly #context: DemoContext;
  readonly #print: (line: string) => void;
  readonly #id = `demo-${randomUUID().slice(0, 'xxxxxxxx'.length)}`;
  #entitlementId = '';
  #clock: DemoClock | undefined;

  constructor(client: AllotClient, connection: Connection, context: DemoContext, print: (line: string) => void) {
    this.#client = client;
    this.#connection = connection;
    this.#context = context;
    this.#print = print;
  }

  async activate(): Promise<Entitlement> {
    const accountManager = { name: 'Accounts West', email: this.#address };
    const customer = { type: 'account', name: 'Contoso', accountManager } as const;
    await this.#client.put('/v1/customers/{id}', { params: { path: { id: this.#id } }, body: customer });
    const contract = {
      name: 'Silver support',
      customerId: this.#id,
      ...yearFrom(-STARTED_DAYS_AGO),
      timeZone: 'UTC',
      allocationType: 'cases',
      totalTerm: TOTAL_CASES,
      decreaseRemainingOn: 'creation',
      restrict: true,
      renewalPolicy: { noticeDays: NOTICE_DAYS, reminderDays: 30, escalationDays: 14 },
    } as const;
    const draft = await this.#client.post('/v1/entitlements', {
      params: { header: this.#once('create') },
      body: contract,
    });
    this.#entitlementId = draft.id;
    this.#clock = this.#clockOf(draft.id, true);
    const params = { path: { id: draft.id }, header: this.#once('activate') };
    const active = await this.#client.post('/v1/entitlements/{id}/activate', { params, body: {} });
    this.#say(
      `activated, ${active.startDate} to ${active.endDate}, notice ${NOTICE_DAYS} days before the end`,
      `${active.status}, ${casesOf(active.remainingTerm)} left`,
    );
    return active;
  }

  /** Sends cases. Those past the total are refused, and the proposal will mention them. */
  async use(): Promise<void> {
    const events = Array.from({ length: CASES_ASKED }, (_, index) => {
      const caseId = `${this.#id}:case-${index + 1}`;
      const of = { customerId: this.#id, entitlementId: this.#entitlementId };
      const title = `Demo case ${index + 1}`;
      return { kind: 'attach', ...of, caseId, key: `${caseId}:attach`, title } as const;
    });
    const { results } = await this.#client.post('/v1/case-events', { body: { events } });
    const accepted = results.filter(({ outcome }) => outcome === 'accepted').length;
    this.#say(`${casesOf(CASES_ASKED)} come`, `${accepted} accepted, ${results.length - accepted} refused`);
  }

  async toNotice({ id, endsAt }: Entitlement): Promise<Renewal> {
    if (endsAt === null) throw new ActionableError(`${id} has no end, so it cannot be renewed.`);
    await this.#clock?.goTo(daysBefore(endsAt, NOTICE_DAYS));
    const renewal = await this.#renewal(() => true);
    this.#say(`fast-forward to ${NOTICE_DAYS} days before its end: by itself`, `renewal ${renewal.stage}`);
    return renewal;
  }

  async showMail(): Promise<void> {
    const { mailsDir } = this.#context;
    if (mailsDir === undefined) {
      this.#say(`notice to ${this.#address}`, 'sent through SMTP_URL');
      return;
    }
    const arrived = await until(
      async () => (await readdir(mailsDir)).filter((file) => file.includes(this.#address) && file.endsWith('.html')),
      (files) => files.length > 0,
      () => `No mail to ${this.#address} arrived in ${mailsDir}.`,
    );
    const page = join(mailsDir, arrived[0] ?? '');
    const { subject = '' } = await readMail(await readFile(page.replace(/\.html$/, '.eml')));
    this.#say(`mail to ${this.#address}`, subject);
    this.#say('the mail as a page', relative(process.cwd(), page));
  }

  showProposal({ proposal: { kind, changes, reasons } }: Renewal): void {
    const total =
      changes.totalTerm === undefined || changes.totalTerm === null ? '' : `, ${casesOf(changes.totalTerm)}`;
    this.#say(`proposed: ${kind}${total}`, reasons.at(-1)?.text ?? 'no reason given');
  }

  async accept({ id }: Renewal): Promise<Entitlement> {
    const params = { path: { id }, header: this.#once('accept') };
    const accepted = await this.#client.post('/v1/renewals/{id}/accept', { params, body: {} });
    if (accepted.successorId === null) throw new ActionableError(`${id} was accepted and has no successor.`);
    // While the renewal is under way, its entitlement's clock cannot be moved.
    await this.#renewal(({ isOver }) => isOver);
    const successor = await this.#entitlement(accepted.successorId, 'waiting');
    this.#say(
      `${accepted.stage} as proposed: its successor`,
      `${successor.status}, ${successor.startDate} to ${successor.endDate}, ${casesOf(successor.remainingTerm)}`,
    );
    return successor;
  }

  /** The successor is an entitlement of its own, so its clock must be moved as well. */
  async pastEnd({ id, endsAt }: Entitlement, successor: Entitlement): Promise<void> {
    await this.#clock?.goTo(endsAt, PAST_INSTANT_MS);
    await this.#entitlement(id, 'expired');
    await this.#clockOf(successor.id, false).goTo(successor.startsAt, PAST_INSTANT_MS);
    await this.#entitlement(successor.id, 'active');
    this.#say(`fast-forward past ${endsAt}: the old one`, `expired at ${await this.#timeOf(id, 'expired')}`);
    this.#say('its successor', `active since ${await this.#timeOf(successor.id, 'started')}`);
  }

  get #address(): string {
    return `accounts-${this.#id}@example.com`;
  }

  #clockOf(entitlementId: string, alone: boolean): DemoClock {
    const { namespace } = this.#context;
    return new DemoClock({ connection: this.#connection, namespace, entitlementId, alone });
  }

  #once(key: string) {
    return { 'Idempotency-Key': `${this.#id}:${key}` };
  }

  async #renewal(found: (renewal: Renewal) => boolean): Promise<Renewal> {
    const params = { query: { entitlementId: this.#entitlementId } };
    const renewal = await until(
      async () => (await this.#client.get('/v1/renewals', { params })).items[0],
      (item) => item !== undefined && found(item),
      (item) => `The renewal of ${this.#entitlementId} is ${item?.stage ?? 'not there'}.`,
    );
    if (renewal === undefined) throw new ActionableError(`There is no renewal of ${this.#entitlementId}.`);
    return renewal;
  }

  #entitlement(id: string, status: string): Promise<Entitlement> {
    return until(
      () => this.#client.get('/v1/entitlements/{id}', { params: { path: { id } } }),
      (answer) => answer.status === status,
      (answer) => `${id} is still ${answer.status}, and should have become ${status} by itself.`,
    );
  }

  /** The time of the decision, from the ledger. */
  async #timeOf(id: string, kind: string): Promise<string> {
    const params = { path: { id }, query: { limit: 200 } };
    const { items } = await this.#client.get('/v1/entitlements/{id}/ledger', { params });
    return items.find((row) => row.kind === kind)?.when ?? 'no time in the ledger';
  }

  #say(what: string, answer: string): void {
    this.#print(`  ${isoDay(this.#clock?.now() ?? Date.now())}  ${what} → ${answer}`);
  }
}
