import { z } from 'zod';
import { PERMISSIONS } from '../../domain/access/roles.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { nextPauseInstant } from '../../domain/entitlements/pause-time.ts';
import type { RowKind } from '../../domain/ledger/ledger-row.ts';
import { entitlementAnswer } from '../entitlements/answers.ts';
import { answer, existing, messageOf } from '../entitlements/requests.ts';
import type { EntitlementServices } from '../entitlements/services.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { bodyOf, queryOf } from '../http/request.ts';
import { pauseBody, resumeBody } from './pause-schemas.ts';
import { previewAnswer, previewOf, previewQuery, previewView } from './preview.ts';

const TAG = 'Entitlements';

const ANSWERS = {
  200: {
    means: 'The entitlement as it is now; with `preview=true`, what would happen',
    body: z.union([entitlementAnswer, previewAnswer]),
  },
};

/** The routes that pause an entitlement and let it go on. */
export const pauseEndpoints = (services: EntitlementServices): readonly Endpoint[] => [
  {
    method: 'post',
    path: '/v1/entitlements/{id}/pause',
    tag: TAG,
    summary: 'Pauses a waiting or active entitlement, now or from a day on: it takes no new cases meanwhile',
    roles: PERMISSIONS.writeEntitlements,
    query: previewQuery,
    body: pauseBody,
    onceOnly: true,
    answers: ANSWERS,
    refusals: ['wrong_state', 'idempotency_conflict'],
    handle: async (request, response) => {
      const known = await existing(services, request);
      const { from, until = null, end, reason } = bodyOf(request, pauseBody);
      const pause = { from: from === 'now' ? null : from, until, end };
      if (queryOf(request, previewQuery).preview === 'true') {
        const follow = { until: endOfPause, kinds: PAUSE_ROWS };
        response.json(previewView(previewOf(request, known, { kind: 'pause', ...pause }, reason, follow)));
        return;
      }
      const { snapshot } = await services.gateway.command(known.id, 'pause', { ...messageOf(request, reason), pause });
      await answer(services, response, snapshot.entitlement);
    },
  },
  {
    method: 'post',
    path: '/v1/entitlements/{id}/resume',
    tag: TAG,
    summary: 'Ends the pause that runs, or takes back one that lies ahead',
    roles: PERMISSIONS.writeEntitlements,
    query: previewQuery,
    body: resumeBody,
    onceOnly: true,
    answers: ANSWERS,
    refusals: ['wrong_state', 'idempotency_conflict'],
    handle: async (request, response) => {
      const known = await existing(services, request);
      const { pause, reason = null } = bodyOf(request, resumeBody);
      if (queryOf(request, previewQuery).preview === 'true') {
        const follow = { until: () => null, kinds: [] };
        response.json(previewView(previewOf(request, known, { kind: 'resume', n: pause ?? null }, reason, follow)));
        return;
      }
      const { snapshot } = await services.gateway.command(known.id, 'resume', {
        ...messageOf(request, reason),
        ...(pause === undefined ? {} : { pause }),
      });
      await answer(services, response, snapshot.entitlement);
    },
  },
];

const PAUSE_ROWS: readonly RowKind[] = ['paused', 'resumed', 'expired'];

/** When the newest pause is over, or begins where nobody knows when it ends. */
function endOfPause(entitlement: Entitlement): number | null {
  const newest = entitlement.pauses?.find(({ n }) => n === entitlement.pausesEver);
  return newest?.endsAt ?? newest?.startsAt ?? nextPauseInstant(entitlement);
}
