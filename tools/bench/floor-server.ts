import { randomUUID } from 'node:crypto';
import express from 'express';
import { createHttpServer } from '../../api/http/http-server.ts';
import { connect, jsonParameter } from '../../db/postgres/connect.ts';
import { lastingClient } from '../../temporal/connection.ts';
import { bareUpdate } from './bare-workflows.ts';

/**
 * A process of its own, as the product's API is: the least that a route can do which asks a workflow and writes down
 * what it answered. It reads a body, sends one bare update, inserts one row, and answers when the row is committed. It
 * has no authentication, no checks and no reads.
 */
const { client } = lastingClient();
const sql = connect(process.env.DATABASE_URL ?? '', { purpose: 'serving' });
const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.use(express.json());
app.post('/floor/:id', async (request, response) => {
  const sum = await client.workflow.getHandle(request.params.id).executeUpdate(bareUpdate, { args: [1] });
  const body: unknown = request.body;
  await sql`insert into bench_floor (id, sum, body) values (${randomUUID()}, ${sum}, ${jsonParameter(sql, body)})`;
  response.status(201).json({ ...(typeof body === 'object' ? body : {}), sum });
});
const server = createHttpServer(app);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ type: 'ready', port: typeof address === 'object' ? address?.port : undefined });
});
const stop = () => process.exit(0);
process.on('disconnect', stop);
process.on('SIGTERM', stop);
