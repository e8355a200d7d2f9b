import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { distDir } from '../../../runtime/project-dir.ts';
import { aDraft, ask } from '../../support/api-client.ts';
import { listenOnLoopback } from '../../support/listening.ts';
import { type Finished, runProgram } from '../../support/programs.ts';
import { unique } from '../../support/unique.ts';

const PROGRAM = 'bin/import/main.js';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'import-'));
});
afterAll(async () => {
  await rm(dir, { recursive: true });
});

const env = (url = inject('apiUrl')) => ({ ALLOT_URL: url, ALLOT_API_KEY: inject('apiKey') });

/** `npm run import -- …` in a folder of its own. */
const importing = (args: readonly string[], url?: string): Promise<Finished> =>
  runProgram(PROGRAM, args, { env: env(url), cwd: dir });

/** Writes a file and answers its path. */
async function file(text: string | Buffer): Promise<string> {
  const path = join(dir, `${unique('file')}.csv`);
  await writeFile(path, text);
  return path;
}

/** The numbers of the table's line for a kind, after the name. */
const counted = ({ stdout }: Finished, kind: string): number[] =>
  (stdout.split('\n').find((line) => line.startsWith(kind)) ?? '')
    .trim()
    .split(/ {2,}/)
    .slice(1)
    .map((cell) => Number(cell.replaceAll(',', '')));

const manyCustomers = (run: string, count: number): string =>
  [
    'id,type,name,tier',
    ...Array.from({ length: count }, (_, n) => `${run}-${n},account,"Customer, no. ${n}",Gold`),
  ].join('\n');

describe('an import', () => {
  test('brings 2,500 customers in by several requests; again, nothing changes', async () => {
    const run = unique('import');
    const path = await file(manyCustomers(run, 2_500));
    const first = await importing(['--customers', path]);
    expect([first.code, first.stderr]).toEqual([0, expect.stringContaining('2,500 of 2,500 rows')]);
    expect(counted(first, 'customers')).toEqual([2_500, 2_500, 0, 0, 0]);
    expect((await ask('GET', `/v1/customers/${run}-2499`)).body).toMatchObject({
      name: 'Customer, no. 2499',
      tier: 'Gold',
    });
    const second = await importing(['--customers', path]);
    expect(second.code).toBe(0);
    expect(counted(second, 'customers')).toEqual([2_500, 0, 0, 2_500, 0]);
  });

  test('that was killed is given again, and brings in what is missing', async () => {
    const run = unique('import');
    const path = await file(manyCustomers(run, 2_500));
    const child = spawn(process.execPath, [join(distDir, PROGRAM), '--customers', path], {
      env: { ...process.env, ...env() },
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

  test('takes customers, contacts and products in the order that they need', async () => {
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

  test('waits when the API says that it should, and sends again', async () => {
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

describe('files as spreadsheets write them', () => {
  test.each([
    [';', '\r'],
    ['\t', '\r\n'],
    [',', '\n'],
  ])('values parted by %j, lines ended by %j, capitals, blanks, trailing delimiters, empty rows', async (by, end) => {
    const run = unique('import');
    const lines = [
      ['ID', ' Type ', 'Name', 'TimeZone', '', ''],
      [`${run}-a`, ' account ', `"Söhne${by} & Co"`, ' Europe/Berlin', '', ''],
      ['', '', '', '', '', ''],
      [`${run}-b `, 'contact', ' Two ', '', '', ''],
    ];
    const path = await file(lines.map((cells) => cells.join(by)).join(end));
    const finished = await importing(['--customers', path]);
    expect([finished.code, counted(finished, 'customers')]).toEqual([0, [2, 2, 0, 0, 0]]);
    expect((await ask('GET', `/v1/customers/${run}-a`)).body).toMatchObject({
      type: 'account',
      name: `Söhne${by} & Co`,
      timeZone: 'Europe/Berlin',
    });
    expect((await ask('GET', `/v1/customers/${run}-b`)).body).toMatchObject({ type: 'contact', name: 'Two' });
  });
});

describe('rows that are refused', () => {
  test('are written so that a spreadsheet runs none of them', async () => {
    const path = await file('id,type,name\n=1+1,account,A\n@x;=2+2,account,B\n');
    const out = join(dir, `${unique('refused')}.csv`);
    expect((await importing(['--customers', path, '--refused', out, '--dry-run'])).code).toBe(3);
    const [, first, second] = (await readFile(out, 'utf8')).split('\r\n');
    expect(first).toContain(",2,'=1+1,validation_failed,id,");
    expect(second).toContain(`,3,"'@x;'=2+2",validation_failed,id,`);
  });

  test('are reported with file and line, and stop no other row', async () => {
    const run = unique('import');
    const path = await file(
      [
        'id,type,name,timeZone,accountManagerName,accountManagerEmail',
        `${run}-a,account,"Two`,
        'lines",,,',
        `${run}-b,account,Bad zone,Mars/Olympus,,`,
        '',
        `${run}-c,account,Too few`,
        `${run}-d,account,Half a manager,,Ann,`,
        `${run}-a,account,The first id again,,,`,
        ',account,No id,,,',
        `${run}-e,account,Good,,,`,
      ].join('\r\n'),
    );
    const out = join(dir, `${unique('refused')}.csv`);
    const finished = await importing(['--customers', path, '--refused', out]);
    expect(finished.code).toBe(3);
    expect(counted(finished, 'customers')).toEqual([7, 2, 0, 0, 5]);
    expect(finished.stdout).toContain(out);
    const report = (await readFile(out, 'utf8')).trimEnd().split('\r\n');
    const name = path.slice(dir.length + 1);
    expect(report).toEqual([
      'file,line,id,code,field,detail',
      expect.stringMatching(`^${name},4,${run}-b,validation_failed,timeZone,.*IANA`),
      expect.stringMatching(`^${name},6,${run}-c,validation_failed,row,.*3 values under a header of 6`),
      expect.stringMatching(`^${name},7,${run}-d,validation_failed,accountManagerEmail,.*is missing`),
      expect.stringMatching(`^${name},8,${run}-a,conflict,id,.*line 2 already`),
      expect.stringMatching(`^${name},9,,validation_failed,id,.*is missing`),
    ]);
    expect((await ask('GET', `/v1/customers/${run}-e`)).status).toBe(200);
  });

  test('a contact of nobody, and one that an entitlement names and that is to move to another customer', async () => {
    const run = unique('import');
    await importing(['--customers', await file(`id,type,name\n${run},account,A\n${run}-2,account,B`)]);
    const contacts = (customer: string) => file(`id,customerId,name\n${run}-ann,${customer},Ann`);
    await importing(['--contacts', await contacts(run)]);
    await aDraft(run, { contactIds: [`${run}-ann`] });
    for (const [customer, code] of [
      [`${run}-2`, 'contact_of_other_customer'],
      [`${run}-3`, 'not_found'],
    ] as const) {
      const finished = await importing(['--contacts', await contacts(customer)]);
      expect(finished.code).toBe(3);
      // Without --refused, it says where it put them.
      expect(finished.stdout).toContain('import-refused.csv');
      expect(await readFile(join(dir, 'import-refused.csv'), 'utf8')).toContain(`,2,${run}-ann,${code},customerId,`);
    }
    const lost = await importing(['--contacts', await file(`id,customerId,name\n${run}-new,${run}-3,Lost`)]);
    expect(lost.code).toBe(3);
    expect(await readFile(join(dir, 'import-refused.csv'), 'utf8')).toContain(`,2,${run}-new,not_found,customerId,`);
  });

  test('a file that is not UTF-8', async () => {
    const path = await file(Buffer.from(`id,type,name\n${unique('import')},account,S\u00f6hne\n`, 'latin1'));
    expect((await importing(['--customers', path])).code).toBe(3);
    expect(await readFile(join(dir, 'import-refused.csv'), 'utf8')).toContain(',validation_failed,name,');
  });
});

test('a dry run checks each row, sends nothing and needs no API', async () => {
  const run = unique('import');
  const path = await file(`id,type,name\n${run},account,Good\n${run}-2,company,Bad`);
  const finished = await importing(['--customers', path, '--dry-run'], 'http://127.0.0.1:9');
  expect(finished.code).toBe(3);
  expect(counted(finished, 'customers')).toEqual([2, 1, 1]);
  expect(await readFile(join(dir, 'import-refused.csv'), 'utf8')).toContain(`,3,${run}-2,validation_failed,type,`);
  expect((await ask('GET', `/v1/customers/${run}`)).status).toBe(404);
});

describe('what is wrong with a command or a file is said before anything is sent', () => {
  test.each<[what: string, text: string, said: RegExp]>([
    [
      'an unknown column',
      'id,type,name,zone\n',
      /line 1: the column "zone" \(column 4\) is not known\. The columns of customers are/,
    ],
    [
      'a missing column',
      'id,name\n',
      /line 1: the column "type" is missing\. .*id, type, name, and optionally timeZone/,
    ],
    ['a column twice', 'id,type,name,ID\n', /line 1: the column "id" is there twice \(column 4\)/],
    ['a separator that no spreadsheet uses', 'id:type:name\n', /the column "id:type:name" \(column 1\) is not known/],
    ['an empty file', '', /is empty/],
    ['a quote within a value', 'id,type,name\na,account,b"c\n', /line 2, column 3: a quote stands within a value/],
    ['text after a quote', 'id,type,name\na,account,ok\nb,account,"c"d\n', /line 3, column 3: after a closing quote/],
    [
      'a quote never closed',
      'id,type,name\na,account,"x\r\ny"\nb,account,"c\nd,e\n',
      /line 4, column 3: a quote is opened here and never closed/,
    ],
    [
      'a very long one',
      `id,type,name\na,account,"${'c\n'.repeat(50_000)}`,
      /line 2, column 3: the row that begins here does not end/,
    ],
  ])('%s', async (_what, text, said) => {
    const { code, stderr, stdout } = await importing(['--customers', await file(text)]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(said);
  });

  test('a wrong file after a good one', async () => {
    const id = unique('import');
    const contacts = await file('id,name\nann,Ann');
    const customers = await file(`id,type,name\n${id},account,Never sent`);
    const { code, stderr } = await importing(['--customers', customers, '--contacts', contacts]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('the column "customerId" is missing')]);
    expect((await ask('GET', `/v1/customers/${id}`)).status).toBe(404);
  });

  test.each<[args: string[], said: RegExp]>([
    [[], /Name a file: --customers, --contacts or --products/],
    [['--customers', 'there-is-none.csv'], /There is no file .*there-is-none\.csv/],
    [['--surprise'], /unknown option '--surprise'/],
    [['--customers'], /argument missing/],
    [['extra'], /too many arguments/],
  ])('%j', async (args, said) => {
    const { code, stderr } = await importing(args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(said)]);
  });
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
