import type { Request, Response } from 'express';
import { isDefault } from '../../db/entitlements/default-entitlement.ts';
import { findEntitlement } from '../../db/entitlements/entitlements.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import type { LifeCommandKind } from '../../domain/entitlements/life.ts';
import { entitlementId } from '../../domain/ids.ts';
import type { CommandMessage, LifeMessage } from '../../workflows/entitlements/life-messages.ts';
import { accessScopeOf } from '../http/identity.ts';
import { notFound } from '../http/problem.ts';
import { bodyOf, callerOf, idOf, keyOf, reasonOf, versionOf } from '../http/request.ts';
import { reasonBody } from '../http/schemas.ts';
import { entitlementView } from './entitlement-view.ts';
import type { EntitlementServices } from './services.ts';

/** What the routes of one entitlement share: reading it, commanding it, and answering with it. */

/** The entitlement that the path names. Refuses `not_found`, also for one outside the caller's access scope. */
export async function existing({ sql }: EntitlementServices, request: Request): Promise<Entitlement> {
  const id = idOf(request);
  const found = await findEntitlement(sql, id, accessScopeOf(request));
  if (found === undefined) throw notFound('entitlement', id);
  return found;
}

/** What every command says: who sends it, under which key, why, and for which version. */
export const messageOf = (request: Request, reason: string | null): CommandMessage => ({
  by: callerOf(request),
  key: keyOf(request),
  reason,
  ...versionOf(request),
});

/**
 * Sends a command, and returns the entitlement as the command left it; `messageFor` adds what the command needs beyond
 * what every command says. Refuses what the entitlement refuses.
 */
export async function command<Kind extends LifeCommandKind>(
  services: EntitlementServices,
  kind: Kind,
  request: Request,
  messageFor: (asked: CommandMessage) => LifeMessage<Kind>,
): Promise<Entitlement> {
  const reason = kind === 'edit' ? reasonOf(request) : (bodyOf(request, reasonBody).reason ?? null);
  const id = entitlementId(idOf(request));
  const { snapshot } = await services.gateway.command(id, kind, messageFor(messageOf(request, reason)));
  return snapshot.entitlement;
}

/** Answers with the entitlement, and with its version as the ETag. */
export async function answer(
  { sql }: EntitlementServices,
  response: Response,
  entitlement: Entitlement,
): Promise<void> {
  const byDefault = entitlement.status === 'active' && (await isDefault(sql, entitlement.id));
  response.set('ETag', `"${entitlement.seq}"`).json(entitlementView(entitlement, byDefault));
}

/** The same for an entitlement that the request created. */
export const answerCreated = (services: EntitlementServices, response: Response, created: Entitlement): Promise<void> =>
  answer(services, response.status(201).location(`/v1/entitlements/${created.id}`), created);
