import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { listenOnLoopback } from '../../../dev/listening.ts';
import { distDir } from '../../../runtime/project-dir.ts';
import { ask } from '../../support/api-client.ts';
import { unique } from '../../support/unique.ts';
import { counted, dir, file, importEnv, importing, PROGRAM } from './importing.ts';

const manyCustomers = (run: string, count: number): string =>
  [
    'id,type,name,tier',
    ...Array.from({ length: count }, (_, n) => `${run}-${n},account,"Customer, no. ${n}",Gold`),
  ].join('\n');

describe('an import', () => {
  test('imports 1,200 customers in several requests, and changes nothing when it is repeated', async () => {
    const run = unique('import');
    const path = await file(manyCustomers(run, 1_200));
    const first = await importing(['--customers', path]);
    expect([first.code, first.stderr]).toEqual([0, expect.stringContaining('1,200 of 1,200 rows')]);
    expect(counted(first, 'customers')).toEqual([1_200, 1_200, 0, 0, 0]);
    expect((await ask('GET', `/v1/customers/${run}-1199`)).body).toMatchObject({
      name: 'Customer, no. 1199',
      tier: 'Gold',
    });
    const second = await importing(['--customers', path]);
    expect(second.code).toBe(0);
    expect(counted(second, 'customers')).toEqual([1_200, 0, 0, 1_200, 0]);
  });

  test('that was killed can be repeated, and imports what is missing', async () => {
    const run = unique('import');
    const path = await file(manyCustomers(run, 2_500));
    const child = spawn(process.execPath, [join(distDir, PROGRAM), '--customers', path], {
      env: { ...process.env, ...importEnv() },
      cwd: dir,
      stdio: 'ignore',
    });
    const gone = new Promise((resolve) => child.once('exit', resolve));
    while ((await ask('GET', `/v1/customers/${run}-0`)).status !== 200) expect(child.exitCode).toBeNull();
    child.kill('SIGKILL');
    await gone;
    const again = await importing(['--customers', path]);
    expect(again.code).toBe(0);
    const [rows = 0, created = 0, updated, unchanged = 0, refused] = counted(again, 'customers');
    expect([rows, created + unchanged, updated, refused]).toEqual([2_500, 2_500, 0, 0]);
    expect(unchanged).toBeGreaterThanOrEqual(500);
  });

  test('imports customers, contacts and products in the order that they need', async () => {
    const run = unique('import');
    // As Excel writes it: a mark at the start, CR LF, quotes, a line break in a value, an empty value, an empty line.
    const customers = await file(
      `\ufeffid,type,name,timeZone,accountManagerName,accountManagerEmail,tier\r\n${run},account,"Söhne ""& Co"", Berlin",` +
        `Europe/Berlin,Ann,ann@example.com,Gold\r\n\r\n${run}-2,contact,"Two\r\nlines",,,,\r\n`,
    );
    const contacts = await file(`email,name,customerId,id\n,Bob,${run}-2,${run}-bob\n`);
    const products = await file(`id,name,family\n${run}-pump,Pump,Pumps`);
    const args = ['--products', products, '--contacts', contacts, '--customers', customers];
    const { code, stderr } = await importing(args);
    expect([code, stderr.indexOf('customers') < stderr.indexOf('contacts')]).toEqual([0, true]);
    expect((await ask('GET', `/v1/customers/${run}`)).body).toMatchObject({
      name: 'Söhne "& Co", Berlin',
      timeZone: 'Europe/Berlin',
      accountManager: { name: 'Ann', email: 'ann@example.com' },
    });
    expect((await ask('GET', `/v1/customers/${run}-2`)).body).toMatchObject({
      name: 'Two\r\nlines',
      timeZone: null,
      accountManager: null,
      tier: null,
    });
    expect((await ask('GET', `/v1/contacts/${run}-bob`)).body).toMatchObject({ customerId: `${run}-2`, email: null });
    expect((await ask('GET', `/v1/products/${run}-pump`)).body).toMatchObject({ family: 'Pumps' });
  });

  test('waits as long as the API asks, and sends again', async () => {
    const answers = [503, 429];
    const { server, url } = await inFrontOfApi((path) => (path.startsWith('/v1/bulk') ? answers.shift() : undefined));
    const path = await file(manyCustomers(unique('import'), 3));
    const finished = await importing(['--customers', path], url);
    server.close();
    expect([finished.code, answers]).toEqual([0, []]);
    expect(finished.stderr).toMatch(/customers: the API is away \(it answered 503\); trying again in \d\.\d s/);
    expect(counted(finished, 'customers')).toEqual([3, 3, 0, 0, 0]);
  });
});

test('a file as a spreadsheet writes it is read, with its delimiter, line ends, capitals, blanks and empty rows', async () => {
  const run = unique('import');
  const lines = [
    ['ID', ' Type ', 'Name', 'TimeZone', '', ''],
    [`${run}-a`, ' account ', '"Söhne; & Co"', ' Europe/Berlin', '', ''],
    ['', '', '', '', '', ''],
    [`${run}-b `, 'contact', ' Two ', '', '', ''],
  ];
  const finished = await importing(['--customers', await file(lines.map((cells) => cells.join(';')).join('\r'))]);
  expect([finished.code, counted(finished, 'customers')]).toEqual([0, [2, 2, 0, 0, 0]]);
  expect((await ask('GET', `/v1/customers/${run}-a`)).body).toMatchObject({
    type: 'account',
    name: 'Söhne; & Co',
    timeZone: 'Europe/Berlin',
  });
  expect((await ask('GET', `/v1/customers/${run}-b`)).body).toMatchObject({ type: 'contact', name: 'Two' });
});

test('a dry run checks every row, sends nothing and needs no API', async () => {
  const run = unique('import');
  const path = await file(`id,type,name\n${run},account,Good\n${run}-2,company,Bad`);
  const finished = await importing(['--customers', path, '--dry-run'], 'http://127.0.0.1:9');
  expect(finished.code).toBe(3);
  expect(counted(finished, 'customers')).toEqual([2, 1, 1]);
  expect(await readFile(join(dir, 'import-refused.csv'), 'utf8')).toContain(`,3,${run}-2,validation_failed,type,`);
  expect((await ask('GET', `/v1/customers/${run}`)).status).toBe(404);
});

/** A server before the API that answers some requests itself, with the status that it is told. */
async function inFrontOfApi(statusOf: (path: string) => number | undefined): Promise<{ server: Server; url: string }> {
  const server = createServer((incoming, outgoing) => {
    const status = statusOf(incoming.url ?? '');
    if (status !== undefined) {
      outgoing.writeHead(status, { 'retry-after': '0' }).end('{}');
      return;
    }
    const { method, headers, url } = incoming;
    const onwards = request(inject('apiUrl') + url, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onwards);
  });
  return { server, url: `http://127.0.0.1:${await listenOnLoopback(server)}` };
}
