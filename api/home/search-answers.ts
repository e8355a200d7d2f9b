import { z } from 'zod';
import type { FoundCase, FoundCustomer, FoundEntitlement } from '../../db/home/search.ts';
import { STATUSES } from '../../domain/ledger/ledger-row.ts';
import { CASE_STATUSES } from '../../domain/ledger/support-case.ts';
import { id } from '../http/answer-fields.ts';
import { sentAs } from '../http/sent.ts';

const foundCustomer = sentAs<FoundCustomer>()(
  z.object({ id, name: z.string(), tier: z.string().nullable() }).meta({ id: 'FoundCustomer' }),
);

const foundEntitlement = sentAs<FoundEntitlement>()(
  z
    .object({
      id,
      name: z.string(),
      customerId: id,
      customerName: z.string().nullable(),
      status: z.enum(STATUSES),
    })
    .meta({ id: 'FoundEntitlement' }),
);

const foundCase = sentAs<FoundCase>()(
  z
    .object({
      id,
      title: z.string().nullable(),
      customerId: id,
      customerName: z.string().nullable(),
      status: z.enum(CASE_STATUSES),
    })
    .meta({ id: 'FoundCase' }),
);

export const searchAnswer = z
  .object({
    customers: z.array(foundCustomer),
    entitlements: z.array(foundEntitlement),
    cases: z.array(foundCase),
  })
  .meta({ id: 'SearchResults', description: 'What was found of each kind, the best match first' });
