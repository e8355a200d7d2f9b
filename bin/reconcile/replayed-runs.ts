import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowExecutionStatusName } from '@temporalio/client';
import { type Client, type WorkflowExecutionInfo, WorkflowNotFoundError } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type proto from '@temporalio/proto';
import { bundleWorkflowCode, type InjectedSinks, Worker } from '@temporalio/worker';
import { createLogger } from '../../runtime/logger.ts';
import { distDir } from '../../runtime/project-dir.ts';
import { payloadEncryption } from '../../temporal/encryption/payload-encryption.ts';
import { installTemporalRuntime } from '../../worker/temporal-runtime.ts';
import { caseSignals } from '../../workflows/entitlements/case-messages.ts';
import type { EntitlementInput } from '../../workflows/entitlements/run-input.ts';
import type { RowWatch } from '../../workflows/messages/row-watch.ts';

/** What a workflow took in, in the order of its history, and then what it asked for, in its order. */
export type Seen =
  | { readonly kind: 'answered'; readonly answer: unknown }
  | { readonly kind: 'asked'; readonly activity: string; readonly argument: unknown }
  | { readonly kind: 'signalled'; readonly name: string; readonly content: unknown };

/** A run of a workflow, read from its history. */
export interface ReplayedRun {
  readonly workflowId: string;
  readonly runId: string;
  readonly status: WorkflowExecutionStatusName;
  readonly seen: readonly Seen[];
}

/** A run that could not be replayed to its end, and why. */
export interface ReplayFault {
  readonly workflowId: string;
  readonly runId: string;
  readonly why: string;
}

const messages = (name: string): string => join(distDir, 'workflows', 'messages', name);

/**
 * Reads what workflows did from their histories: answers and signals as they stand there, and what workflows asked for by
 * replaying them with this version's code. Changes nothing.
 */
export class Replays {
  private readonly client: Client;
  private readonly unreadable = new Map<string, ReplayFault>();
  private bundle: Promise<string> | undefined;

  constructor(client: Client) {
    this.client = client;
  }

  /** Runs of `runsOf` that could not be replayed to their end so far: what they asked for after that point was not seen. */
  get faults(): readonly ReplayFault[] {
    return [...this.unreadable.values()];
  }

  /** All runs that Temporal still has of these workflows, oldest first for each of them. */
  async runsOf(workflowIds: readonly string[]): Promise<ReadonlyMap<string, readonly ReplayedRun[]>> {
    const found = new Map<string, ReplayedRun[]>();
    if (workflowIds.length === 0) return found;
    const infos: WorkflowExecutionInfo[] = [];
    for (const id of workflowIds) infos.push(...(await this.list(`WorkflowId = '${id.replaceAll("'", "''")}'`)));
    for (const run of await this.replay(infos, (fault) => this.unreadable.set(fault.runId, fault))) {
      const runs = found.get(run.workflowId) ?? [];
      found.set(run.workflowId, [...runs, run]);
    }
    return found;
  }

  /** The runs that Temporal's list has for a query, oldest first. The list may be a moment old. */
  async list(query: string): Promise<readonly WorkflowExecutionInfo[]> {
    const infos: WorkflowExecutionInfo[] = [];
    for await (const info of this.client.workflow.list({ query })) infos.push(info);
    return infos.sort((one, other) => one.startTime.getTime() - other.startTime.getTime());
  }

  async replay(
    infos: readonly WorkflowExecutionInfo[],
    onFault: (fault: ReplayFault) => void = () => undefined,
  ): Promise<readonly ReplayedRun[]> {
    if (infos.length === 0) return [];
    installTemporalRuntime(quiet());
    this.bundle ??= bundleWithWatch();
    const seen = new Map<string, Seen[]>();
    const note = ({ runId }: { runId: string }, what: Seen) => {
      const ofRun = seen.get(runId);
      if (ofRun === undefined) seen.set(runId, [what]);
      else ofRun.push(what);
    };
    const sinks: InjectedSinks<RowWatch> = {
      watch: {
        asked: {
          fn: (run, activity, argument) => note(run, { kind: 'asked', activity, argument }),
          callDuringReplay: true,
        },
      },
    };
    const options = { ...payloadEncryption().ofWorkers(await this.bundle), sinks };
    for await (const { workflowId, runId, error } of Worker.runReplayHistories(options, this.histories(infos, note)))
      if (error !== undefined) onFault({ workflowId, runId, why: error.message });
    return infos.map(({ workflowId, runId, status }) => ({
      workflowId,
      runId,
      status: status.name,
      seen: seen.get(runId) ?? [],
    }));
  }

  private async *histories(
    infos: readonly WorkflowExecutionInfo[],
    note: (run: { runId: string }, what: Seen) => void,
  ) {
    for (const { workflowId, runId } of infos) {
      try {
        const history = await this.client.workflow.getHandle(workflowId, runId).fetchHistory();
        for (const event of history.events ?? []) for (const what of await writtenIn(event)) note({ runId }, what);
        yield { workflowId, history };
      } catch (error) {
        // The list had a run that Temporal has dropped meanwhile.
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
    }
  }
}

/** What an event itself says: the answer of an update, a signal, or the signals that the run before left to this one. */
export async function writtenIn(event: proto.temporal.api.history.v1.IHistoryEvent): Promise<readonly Seen[]> {
  const start = event.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  if (start != null) return leftSignals(await read(start).catch(() => undefined));
  const answer = event.workflowExecutionUpdateCompletedEventAttributes?.outcome?.success?.payloads?.[0];
  // What cannot be read, because its key is lost, says nothing; the replay reports the fault of such a run.
  if (answer != null) return [{ kind: 'answered', answer: await read(answer).catch(() => undefined) }];
  const signal = event.workflowExecutionSignaledEventAttributes;
  const content = signal?.input?.payloads?.[0];
  if (signal?.signalName && content != null)
    return [{ kind: 'signalled', name: signal.signalName, content: await read(content).catch(() => undefined) }];
  return [];
}

/** Those in the input of an entitlement's run; any other workflow's input has none. */
function leftSignals(input: unknown): readonly Seen[] {
  const { carried } = (input ?? {}) as Partial<EntitlementInput>;
  return (carried?.signals ?? []).flatMap(({ kind, content, refused }) => {
    const signal = refused === undefined ? CASE_SIGNALS.get(kind) : undefined;
    return signal === undefined ? [] : [{ kind: 'signalled' as const, name: signal.name, content }];
  });
}

const CASE_SIGNALS = new Map<string, { readonly name: string }>(Object.entries(caseSignals));

async function read(payload: proto.temporal.api.common.v1.IPayload): Promise<unknown> {
  const [decoded] = await payloadEncryption().codec.decode([payload]);
  return decoded === undefined ? undefined : defaultPayloadConverter.fromPayload(decoded);
}

/** The replays say what they found; the library's own lines would be among the report. */
function quiet() {
  const log = createLogger('reconcile');
  log.level = 'silent';
  return log;
}

/**
 * The file of a bundle of the workflows with the watch. It is made when it is needed, because production never runs it,
 * takes some seconds, and goes when the process ends.
 */
export async function bundleWithWatch(): Promise<string> {
  const silent = () => undefined;
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(distDir, 'workflows', 'index.js'),
    payloadConverterPath: messages('payload-converter.js'),
    failureConverterPath: messages('failure-converter.js'),
    workflowInterceptorModules: [messages('message-guard.js'), messages('row-watch.js')],
    preloadModules: ['@js-joda/core', '@js-joda/timezone', '@noble/hashes/hmac.js', '@noble/hashes/sha2.js'],
    logger: { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent },
  });
  const dir = await mkdtemp(join(tmpdir(), 'allot-replay-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  const file = join(dir, 'workflows.watched.bundle.js');
  await writeFile(file, code);
  return file;
}
