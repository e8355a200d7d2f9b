import { expect, test } from 'vitest';
import { ask } from '../support/api-client.ts';
import { signedIn } from '../support/browser.ts';
import { allowTrouble } from '../support/browser-watch.ts';
import { unique } from '../support/unique.ts';

interface Template {
  readonly id: string;
  readonly name: string;
  readonly totalTerm: number | null;
}

async function aTemplate(more: Record<string, unknown> = {}): Promise<Template> {
  const body = {
    id: unique('template'),
    name: unique('Copper'),
    allocationType: 'hours',
    totalTerm: 1031,
    duration: { unit: 'months', count: 18 },
    channels: [{ channel: 'phone', totalTerm: 90 }, { channel: 'email' }],
    overage: 'charge',
    overagePrice: { unitPrice: '89.90', currency: 'EUR', billingIncrementMinutes: 15 },
    ...more,
  };
  const made = await ask<Template>('POST', '/v1/templates', body);
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  return made.body;
}

const templateOf = async (id: string) => (await ask<Record<string, unknown>>('GET', `/v1/templates/${id}`)).body;

test('a CSR manager makes a template, and makes an entitlement from it', async () => {
  const page = await signedIn('csr_manager');
  const [id, name] = [unique('tin'), unique('Tin')];
  await page.goto('/administration/templates');
  await page.getByRole('link', { name: 'New template' }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await page.getByLabel('Tier').fill('Tin');
  await page.getByLabel('Id (optional)').fill(id);
  await page.getByLabel('Lasts').fill('2');
  await page.getByLabel('Total, in cases').fill('40');
  await page.getByRole('button', { name: 'Add a channel' }).click();
  await page.getByRole('combobox', { name: 'Channel 1' }).click();
  await page.getByRole('option', { name: 'email' }).click();
  await page.getByLabel('Reason (optional)').fill('A new tier');
  await page.getByRole('button', { name: 'Create the template' }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
  expect(new URL(page.url()).pathname).toBe(`/administration/templates/${id}`);
  expect(await templateOf(id)).toMatchObject({
    name,
    tier: 'Tin',
    totalTerm: 40,
    allocationType: 'cases',
    overage: 'block',
    duration: { unit: 'years', count: 2 },
    channels: [{ channel: 'email', totalTerm: null }],
    renewalPolicy: { noticeDays: 60, reminderDays: 30, escalationDays: 14, propose: 'by_use' },
  });
  const link = page.getByRole('link', { name: 'New entitlement' });
  expect(await link.getAttribute('href')).toBe(`/entitlements/new?template=${id}`);
});

test('a template that is opened and saved stays as it is; a change changes what it says', async () => {
  const { id, name } = await aTemplate();
  const before = await templateOf(id);
  const page = await signedIn('csr_manager');
  await page.goto(`/administration/templates/${id}`);
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('status').filter({ hasText: 'The template is saved.' }).waitFor();
  const { updatedAt: _then, ...kept } = before;
  expect(await templateOf(id)).toMatchObject(kept);

  await page.getByLabel('Total, in hours').fill('20.5');
  await page.getByRole('button', { name: 'Remove channel phone' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(async () => (await templateOf(id)).totalTerm).toBe(1230);
  expect(await templateOf(id)).toMatchObject({
    channels: [{ channel: 'email', totalTerm: null }],
    overagePrice: { unitPrice: '89.90', currency: 'EUR', billingIncrementMinutes: 15 },
    duration: { unit: 'months', count: 18 },
  });
});

test('what is wrong stands at its field, and nothing that was typed is lost', async () => {
  const { id, name } = await aTemplate();
  const page = await signedIn('csr_manager');
  allowTrouble(page, /status of 400/);
  await page.goto(`/administration/templates/${id}`);
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await page.getByLabel('Price of one hour').fill('a lot');
  await page.getByLabel('Tier').fill('Copper');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert').first().waitFor();
  expect(await page.getByLabel('Price of one hour').getAttribute('aria-invalid')).toBe('true');
  expect(await page.getByLabel('Tier').inputValue()).toBe('Copper');
  expect(await templateOf(id)).toMatchObject({ tier: null });
});

test('a template that somebody else changed meanwhile is not replaced unseen', async () => {
  const { id, name } = await aTemplate();
  const page = await signedIn('csr_manager');
  await page.goto(`/administration/templates/${id}`);
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await page.getByLabel('Tier').fill('Mine');
  const { id: _id, createdAt: _c, updatedAt: _u, restrict: _r, ...found } = await templateOf(id);
  expect((await ask('PUT', `/v1/templates/${id}`, { ...found, tier: 'Theirs' })).status).toBe(200);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert').filter({ hasText: 'Changed by somebody else' }).waitFor();
  expect(await templateOf(id)).toMatchObject({ tier: 'Theirs' });
  expect(await page.getByLabel('Tier').inputValue()).toBe('Mine');
  await page.getByRole('button', { name: 'Replace it by mine' }).click();
  await page.getByRole('status').filter({ hasText: 'The template is saved.' }).waitFor();
  expect(await templateOf(id)).toMatchObject({ tier: 'Mine' });
});

test('a template is deleted with a reason, which the audit keeps', async () => {
  const { id, name } = await aTemplate();
  const page = await signedIn('csr_manager');
  await page.goto(`/administration/templates/${id}`);
  await page.getByRole('button', { name: 'Delete' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete the template' });
  await dialog.getByText(name).waitFor();
  await dialog.getByLabel('Reason').fill('No longer sold');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('heading', { level: 1, name: 'Templates' }).waitFor();
  expect((await ask('GET', `/v1/templates/${id}`)).status).toBe(404);
  const { body } = await ask<{ items: { reason: string | null }[] }>('GET', `/v1/audit?recordId=${id}`);
  expect(body.items.map(({ reason }) => reason)).toContain('No longer sold');
});

test('an agent reads templates, and is offered no command', async () => {
  const { id, name } = await aTemplate();
  const page = await signedIn('csr');
  await page.goto('/administration/templates');
  await page.getByRole('table').waitFor();
  for (const role of ['button', 'link'] as const)
    expect(await page.getByRole(role, { name: /New|Delete/ }).count()).toBe(0);
  await page.goto(`/administration/templates/${id}`);
  await page.getByRole('heading', { level: 1, name }).waitFor();
  expect(await page.getByText('17 h 11 min').count()).toBe(1);
  expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
});
