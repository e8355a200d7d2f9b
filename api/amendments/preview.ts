import type { Request } from 'express';
import { z } from 'zod';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import type { LifeCommand } from '../../domain/entitlements/life.ts';
import { type Preview, previewLife } from '../../domain/entitlements/previewing.ts';
import type { Origin } from '../../domain/ledger/ledger-row.ts';
import { entitlementAnswer } from '../entitlements/answers.ts';
import { entitlementView } from '../entitlements/entitlement-view.ts';
import { granted } from '../http/problem.ts';
import { callerOf } from '../http/request.ts';
import { sentAs } from '../http/sent.ts';
import { ledgerRow } from '../ledger/answers.ts';
import { rowView } from '../ledger/view.ts';

/** Whether a request only asks what it would do. */
export const previewQuery = z.strictObject({
  preview: z
    .enum(['true', 'false'])
    .optional()
    .meta({ description: 'true: answers what would happen; nothing is changed' }),
});

/** What a command would do, as callers see it. An entitlement that is previewed is shown as no default. */
export const previewView = ({ before, after, rows }: Preview) => ({
  before: entitlementView(before, false),
  after: entitlementView(after, false),
  rows: rows.map(rowView),
});

export const previewFields = {
  before: entitlementAnswer.meta({ description: 'The entitlement as it is now' }),
  after: entitlementAnswer.meta({ description: 'The entitlement once the change has happened' }),
  rows: z.array(ledgerRow).meta({ description: 'The ledger rows that the change writes, now or when its time comes' }),
};

export const previewAnswer = sentAs<ReturnType<typeof previewView>>()(
  z.object(previewFields).meta({ id: 'Preview', description: 'What a command would do; nothing was changed' }),
);

/** Previews a command of the caller; refuses what the command would refuse. */
export function previewOf(
  request: Request,
  known: Entitlement,
  command: LifeCommand,
  reason: string | null,
  follow: Parameters<typeof previewLife>[3],
): Preview {
  // The entitlement's newest row may have a later time than this machine's clock.
  const at = Math.max(Date.now(), known.updatedAt);
  const origin: Origin = { at, by: callerOf(request), key: null, fingerprint: null, reason };
  return granted(previewLife(known, command, origin, follow));
}
