import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Problem } from './problem.ts';
import { problemBody } from './problem-details.ts';

/** How long a client may take to send the headers of a request, and all of it, counted from the first byte. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const CHECK_TIMEOUTS_MS = 1_000;
/**
 * How long a client may expect that a connection waits for its next request, and how long this server really keeps it.
 * A proxy keeps one for 60 s, as a rule. A server that closes first loses the request that comes at that moment, and a
 * client that is busy may send it seconds late.
 */
const KEEP_ALIVE_ANNOUNCED_SECONDS = 65;
const KEEP_ALIVE_MS = 80_000;
/** How long the server reads a body that still comes after the answer, so that the client can read the answer. */
const LINGER_MS = 2_000;

/** The HTTP server of the API. A request that comes too slowly or is not HTTP is answered with problem details too. */
export function createHttpServer(listener: RequestListener): Server {
  const answers = new WeakMap<Duplex, ServerResponse>();
  const server = createServer({
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: CHECK_TIMEOUTS_MS,
  });
  server.on('request', (request, response) => {
    answers.set(request.socket, response);
    if (response.shouldKeepAlive) response.setHeader('Keep-Alive', `timeout=${KEEP_ALIVE_ANNOUNCED_SECONDS}`);
    response.once('finish', () => {
      if (request.complete) return;
      setTimeout(() => {
        if (!request.complete) request.socket.destroy();
      }, LINGER_MS).unref();
    });
  });
  server.on('request', listener);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const answer = answers.get(socket);
    const isAnswered = answer?.headersSent === true && !answer.req.complete;
    const isInAnswer = answer?.headersSent === true && !answer.writableFinished;
    if (socket.writable && error.code !== 'ECONNRESET' && !isAnswered && !isInAnswer)
      socket.write(refusalOf(error.code));
    socket.destroy();
  });
  return server;
}

interface BrokenRequest {
  readonly status: number;
  readonly reason: string;
  readonly detail: string;
}

const BROKEN: Readonly<Record<string, BrokenRequest>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    reason: 'Request Header Fields Too Large',
    detail: 'The URL and the headers of the request are too large. Send at most 16 kB.',
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: 413,
    reason: 'Payload Too Large',
    detail: 'The body is too large. Send less at a time.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    reason: 'Request Timeout',
    detail: 'The request took too long to arrive. Send it again.',
  },
};
const NOT_HTTP: BrokenRequest = { status: 400, reason: 'Bad Request', detail: 'The request is not valid HTTP.' };

/** The answer to such a request, as bytes: it reaches no route. */
function refusalOf(code: string | undefined): string {
  const { status, reason, detail } = BROKEN[code ?? ''] ?? NOT_HTTP;
  const body = JSON.stringify(problemBody(new Problem({ code: 'validation_failed', detail }, { status }), '/'));
  return [
    `HTTP/1.1 ${status} ${reason}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
