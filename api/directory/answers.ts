import { z } from 'zod';
import type { Contact, Customer, Product } from '../../db/directory/records.ts';
import { id, listOf, person, times } from '../http/answer-fields.ts';
import { sentAs } from '../http/sent.ts';
import { customerBody } from './schemas.ts';

export const customerAnswer = sentAs<Customer>()(
  z
    .object({
      id,
      type: customerBody.shape.type,
      name: z.string(),
      timeZone: z.string().nullable().meta({ description: "The default time zone of the customer's entitlements" }),
      accountManager: person.nullable(),
      tier: z.string().nullable(),
      ...times,
    })
    .meta({ id: 'Customer' }),
);
export const customersAnswer = listOf('CustomerList', customerAnswer);

export const contactAnswer = sentAs<Contact>()(
  z
    .object({ id, customerId: id, name: z.string(), email: z.string().nullable(), ...times })
    .meta({ id: 'Contact', description: 'A person who belongs to exactly one customer' }),
);
export const contactsAnswer = listOf('ContactList', contactAnswer);

export const productAnswer = sentAs<Product>()(
  z.object({ id, name: z.string(), family: z.string().nullable(), ...times }).meta({ id: 'Product' }),
);
export const productsAnswer = listOf('ProductList', productAnswer);
