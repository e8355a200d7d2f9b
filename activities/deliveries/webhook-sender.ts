import { Webhook } from 'standardwebhooks';
import { Agent, request } from 'undici';
import type { Outgoing } from '../../workflows/deliveries/ports.ts';
import type { Send, SendResult } from './delivery-activities.ts';
import { PrivateAddressError, problemWithUrl, publicLookup } from './public-address.ts';

/** An attempt fails if the receiver does not answer within this time. */
const ANSWER_WITHIN_MS = 15_000;
/** The most bytes of an answer that are read; the beginning of it is kept. */
const MAX_ANSWER_BYTES = 64 * 1_024;
const KEPT_CHARACTERS = 500;
const GONE = 410;

/** Sends events as Standard Webhooks specifies: signed with every secret, and without following redirects. */
export function createWebhookSender({ allowPrivate }: { allowPrivate: boolean }): Send<'webhook'> {
  const agent = new Agent({
    // A new connection for each attempt, so that the address is checked each time.
    pipelining: 0,
    connect: { timeout: ANSWER_WITHIN_MS, ...(allowPrivate ? {} : { lookup: publicLookup }) },
  });
  return async (outgoing) => {
    const wrong = problemWithUrl(outgoing.url, allowPrivate);
    if (wrong !== undefined) return failure(`The URL ${wrong}.`);
    try {
      return await post(agent, outgoing);
    } catch (error) {
      return failure(whyNot(error));
    }
  };
}

type Event = Extract<Outgoing, { kind: 'webhook' }>;

async function post(agent: Agent, { url, messageId, secrets, body }: Event): Promise<SendResult> {
  const at = new Date();
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const answer = await request(url, {
    dispatcher: agent,
    method: 'POST',
    body,
    signal,
    headersTimeout: ANSWER_WITHIN_MS,
    bodyTimeout: ANSWER_WITHIN_MS,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Allot',
      'webhook-id': messageId,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(messageId, at, body)).join(' '),
    },
  });
  const response = await beginningOf(answer.body);
  const { statusCode } = answer;
  if (statusCode >= 200 && statusCode < 300) return { outcome: 'delivered', statusCode, error: null, response };
  const error = `The receiver answered ${statusCode}${statusCode >= 300 && statusCode < 400 ? ': redirects are not followed' : ''}.`;
  return { outcome: statusCode === GONE ? 'gone' : 'failed', statusCode, error, response };
}

/** The status decides the outcome, so a body that cannot be read completely is no failure. */
async function beginningOf(body: AsyncIterable<Buffer>): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // Leaving the loop closes the connection.
    for await (const chunk of body) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= MAX_ANSWER_BYTES) break;
    }
  } catch {
    // The answer broke off, or took too long.
  }
  const text = Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString('utf8').replaceAll('\0', '');
  return text === '' ? null : text.slice(0, KEPT_CHARACTERS);
}

const failure = (error: string): SendResult => ({ outcome: 'failed', statusCode: null, error, response: null });

/** Says why the receiver could not be reached, without revealing more of this network than the address. */
function whyNot(error: unknown): string {
  if (error instanceof PrivateAddressError) return error.message;
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError' || /Timeout/.test(error.name))
    return `The receiver did not answer within ${ANSWER_WITHIN_MS / 1_000} s.`;
  const code = 'code' in error ? ` (${String(error.code)})` : '';
  return `The receiver could not be reached${code}: ${error.message}`;
}
