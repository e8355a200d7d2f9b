import type { AllotClient } from '../../../client/client.ts';
import { ApiRefusal } from '../../../client/refusal.ts';

/** The port "discard" of this machine: nobody listens there, so each attempt fails at once. */
const URL = 'http://127.0.0.1:9/allot';
const DESCRIPTION = 'Sales system (the demonstration points it at a closed port, so its deliveries fail)';
const TYPES = ['renewal.opened', 'entitlement.exhausted', 'entitlement.near_depletion'] as const;

/**
 * A webhook whose receiver is away, so that failing and paused deliveries can be seen. False where the installation
 * permits no private address, and so makes none; `npm start` permits it unless `ALLOT_WEBHOOK_ALLOW_PRIVATE` says
 * otherwise.
 */
export async function makeFailingWebhook(customizing: AllotClient): Promise<boolean> {
  const { items } = await customizing.get('/v1/webhooks');
  if (items.some(({ url }) => url === URL)) return true;
  try {
    const body = { url: URL, types: [...TYPES], description: DESCRIPTION, reason: 'for the demonstration' };
    await customizing.post('/v1/webhooks', { body });
    return true;
  } catch (error) {
    if (error instanceof ApiRefusal && error.code === 'validation_failed') return false;
    throw error;
  }
}
