import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { aDraft, ask } from '../../support/api-client.ts';
import { unique } from '../../support/unique.ts';
import { counted, dir, file, importing } from './importing.ts';

describe('rows that are refused', () => {
  test('are written so that a spreadsheet does not run them as formulas, and may come from a file that is not UTF-8', async () => {
    const customers = await file('id,type,name\n=1+1,account,A\n@x;=2+2,account,B\n');
    const products = await file(Buffer.from(`id,name\n${unique('import')},S\u00f6hne\n`, 'latin1'));
    const finished = await importing(['--customers', customers, '--products', products, '--dry-run']);
    expect(finished.code).toBe(3);
    // Without --refused, it says where it put them.
    expect(finished.stdout).toContain('import-refused.csv');
    const [, ...refused] = (await readFile(join(dir, 'import-refused.csv'), 'utf8')).split('\r\n');
    expect(refused).toEqual([
      expect.stringContaining(",2,'=1+1,validation_failed,id,"),
      expect.stringContaining(`,3,"'@x;'=2+2",validation_failed,id,`),
      expect.stringContaining(',validation_failed,name,'),
      '',
    ]);
  });

  test('are reported with file and line, and do not stop other rows', async () => {
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

  test('include a contact of an unknown customer, and the move of a contact that an entitlement names', async () => {
    const run = unique('import');
    const header = 'id,customerId,name';
    const [ann, bob, lost] = [`${run}-ann`, `${run}-bob`, `${run}-lost`];
    const customers = await file(`id,type,name\n${run},account,A\n${run}-2,account,B`);
    const contacts = await file([header, `${ann},${run},Ann`, `${bob},${run},Bob`].join('\n'));
    expect((await importing(['--customers', customers, '--contacts', contacts])).code).toBe(0);
    await aDraft(run, { contactIds: [ann, bob] });
    const moved = await file(
      [header, `${ann},${run}-2,Ann`, `${bob},${run}-3,Bob`, `${lost},${run}-3,Lost`].join('\n'),
    );
    const out = join(dir, `${unique('refused')}.csv`);
    expect((await importing(['--contacts', moved, '--refused', out])).code).toBe(3);
    const [, ...refused] = (await readFile(out, 'utf8')).trimEnd().split('\r\n');
    expect(refused).toEqual([
      expect.stringContaining(`,2,${ann},contact_of_other_customer,customerId,`),
      expect.stringContaining(`,3,${bob},not_found,customerId,`),
      expect.stringContaining(`,4,${lost},not_found,customerId,`),
    ]);
  });
});

describe('a wrong command or file is reported before anything is sent', () => {
  test('a file with a wrong header, also after a good one', async () => {
    const id = unique('import');
    const contacts = await file('id,name\nann,Ann');
    const customers = await file(`id,type,name\n${id},account,Never sent`);
    const { code, stderr, stdout } = await importing(['--customers', customers, '--contacts', contacts]);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining('the column "customerId" is missing')]);
    expect((await ask('GET', `/v1/customers/${id}`)).status).toBe(404);
  });

  test.each<[args: string[], said: RegExp]>([
    [[], /Name a file: --customers, --contacts or --products/],
    [['--customers', 'there-is-none.csv'], /There is no file .*there-is-none\.csv/],
    [['--surprise'], /unknown option '--surprise'/],
  ])('%j', async (args, said) => {
    const { code, stderr } = await importing(args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(said)]);
  });
});
