import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCustomer, anActive, ask, attach } from '../support/api-client.ts';
import { signedIn } from '../support/browser.ts';
import { allowTrouble } from '../support/browser-watch.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { soon } from '../support/waiting.ts';

let receiver: HttpReceiver;
beforeAll(async () => {
  receiver = await HttpReceiver.start();
});
afterAll(() => receiver.stop());

interface Webhooks {
  readonly items: readonly { readonly id: string; readonly url: string; readonly types: string[] }[];
}
const webhooksAt = async (url: string) =>
  (await ask<Webhooks>('GET', '/v1/webhooks')).body.items.filter((webhook) => webhook.url === url);

test('a customizer creates a webhook, sees what failed and why, and sends it again', async () => {
  receiver.answer = status(410);
  const page = await signedIn('system_customizer');
  await page.goto('/administration/webhooks');
  await page.getByRole('button', { name: 'Create a webhook' }).click();
  const dialog = page.getByRole('dialog', { name: 'Create a webhook' });
  await dialog.getByRole('textbox', { name: 'Address' }).fill(receiver.url);
  await dialog.getByRole('switch', { name: 'Send all events' }).click();
  await dialog.getByRole('combobox', { name: 'Events' }).click();
  await page.getByRole('option', { name: 'Case refused' }).click();
  await page.keyboard.press('Escape');
  await dialog.getByRole('button', { name: 'Create the webhook' }).click();
  expect(await page.getByRole('textbox', { name: 'Secret', exact: true }).inputValue()).toMatch(/^whsec_/);
  await page.getByRole('button', { name: 'I have stored it' }).click();
  const [webhook] = await webhooksAt(receiver.url);
  expect(webhook?.types).toEqual(['case.refused']);

  const contract = await anActive(await aCustomer(), { totalTerm: 1 });
  await attach(contract);
  expect((await attach(contract)).status).toBe(422);
  await page.goto(`/administration/deliveries?webhook=${webhook?.id}`);
  await soon(async () => {
    await page.reload();
    await page.getByRole('heading', { name: 'Deliveries' }).waitFor();
    await page.waitForLoadState('networkidle');
    // Other tests have refused cases too.
    expect(await page.getByRole('row', { name: /Case refused.*(failed|disabled)/ }).count()).toBeGreaterThan(0);
  });
  await page
    .getByRole('row', { name: /Case refused.*(failed|disabled)/ })
    .first()
    .getByRole('link', { name: 'Case refused' })
    .click();
  await page.getByRole('table', { name: 'Attempts' }).getByText('410').first().waitFor();
  const shown = await page.getByRole('region', { name: 'What was sent' }).textContent();
  const sent = JSON.parse(shown ?? '') as { id: string };
  const bodies = () =>
    receiver.received.flatMap(({ headers, body }) => (headers['webhook-id'] === sent.id ? [body] : []));
  expect(bodies().map((body) => JSON.parse(body) as unknown)).toEqual([sent]);

  // A receiver that answers 410 wants no more, so Allot disabled the webhook. It is enabled first.
  await ask('PATCH', `/v1/webhooks/${webhook?.id}`, { enabled: true });
  receiver.answer = status(204);
  await page.getByRole('button', { name: 'Send again' }).click();
  const asked = page.getByRole('dialog', { name: 'Send the delivery again' });
  await asked.getByRole('textbox', { name: 'Reason' }).fill('The receiver is mended');
  await asked.getByRole('button', { name: 'Send it again' }).click();
  await page.getByText('The receiver took it.').waitFor({ timeout: 30_000 });
  await page.getByRole('table', { name: 'Attempts' }).getByText('1 of redelivery 1').waitFor();
  const [first, ...others] = bodies();
  expect(others).toEqual([first]);
});

test('an edit changes what was edited alone; a webhook that somebody deleted is refused in words', async () => {
  const url = `${receiver.url}/edited`;
  const { body } = await ask<{ id: string }>('POST', '/v1/webhooks', { url, types: ['opportunity.opened'] });
  const page = await signedIn('system_customizer');
  allowTrouble(page, /status of 404/);
  await page.goto(`/administration/webhooks?edit=${body.id}`);
  const dialog = page.getByRole('dialog', { name: 'Edit the webhook' });
  await dialog.getByRole('textbox', { name: 'Description' }).fill('For the helpdesk');
  const sent = page.waitForRequest((request) => request.method() === 'PATCH');
  await dialog.getByRole('button', { name: 'Save the webhook' }).click();
  expect((await sent).postDataJSON()).toEqual({ description: 'For the helpdesk' });
  await dialog.waitFor({ state: 'hidden' });
  await page.getByText('For the helpdesk').waitFor();

  await page.getByRole('button', { name: `Edit ${url}` }).click();
  await dialog.getByRole('textbox', { name: 'Description' }).fill('Nobody reads this');
  await ask('DELETE', `/v1/webhooks/${body.id}`);
  await dialog.getByRole('button', { name: 'Save the webhook' }).click();
  await dialog.getByRole('alert').getByText('There is no webhook').waitFor();
  expect(await dialog.getByRole('textbox', { name: 'Description' }).inputValue()).toBe('Nobody reads this');
});
