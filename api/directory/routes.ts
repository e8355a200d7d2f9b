import type { Response } from 'express';
import type { z } from 'zod';
import type { Upserted } from '../../db/access/audited-upsert.ts';
import { listContacts, listCustomers, listProducts, RECORD_SORTS } from '../../db/directory/record-lists.ts';
import {
  findContact,
  findCustomer,
  findProduct,
  upsertContact,
  upsertCustomer,
  upsertProduct,
} from '../../db/directory/records.ts';
import { PERMISSIONS } from '../../domain/access/roles.ts';
import type { Endpoint, Services } from '../http/endpoint.ts';
import { answerList } from '../http/exported-list.ts';
import { accessScopeOf, changeBy } from '../http/identity.ts';
import { listAnswer, listPageOf } from '../http/list-page.ts';
import { notFound, Problem } from '../http/problem.ts';
import { bodyOf, idOf, queryOf, reasonOf } from '../http/request.ts';
import { reasonQuery } from '../http/schemas.ts';
import {
  contactAnswer,
  contactsAnswer,
  customerAnswer,
  customersAnswer,
  productAnswer,
  productsAnswer,
} from './answers.ts';
import { contactStays } from './contact-moves.ts';
import { CUSTOMER_COLUMNS } from './customer-columns.ts';
import { contactBody, contactQuery, customerBody, customerQuery, productBody, productQuery } from './schemas.ts';

/** Records are answered as they are stored. */
const asItIs = <Kept>(record: Kept): Kept => record;

const upsertAnswers = (body: z.ZodType) => ({
  200: { means: 'The record existed and was changed', body },
  201: { means: 'The record was created', body },
});

function answerUpsert<Kept>(response: Response, { record, created }: Upserted<Kept>): void {
  response.status(created ? 201 : 200).json(record);
}

function found<Kept>(record: Kept | undefined, what: string, id: string): Kept {
  if (record === undefined) throw notFound(what, id);
  return record;
}

export const customerEndpoints = ({ sql }: Services): readonly Endpoint[] => [
  {
    method: 'put',
    path: '/v1/customers/{id}',
    tag: 'Customers',
    summary: 'Creates or changes a customer',
    roles: PERMISSIONS.writeRecords,
    query: reasonQuery,
    body: customerBody,
    answers: upsertAnswers(customerAnswer),
    handle: async (request, response) => {
      const { timeZone = null, accountManager = null, tier = null, ...body } = bodyOf(request, customerBody);
      answerUpsert(
        response,
        await upsertCustomer(
          sql,
          { id: idOf(request), ...body, timeZone, accountManager, tier },
          changeBy(request, reasonOf(request)),
        ),
      );
    },
  },
  {
    method: 'get',
    path: '/v1/customers/{id}',
    tag: 'Customers',
    summary: 'Reads a customer',
    roles: PERMISSIONS.read,
    answers: { 200: { means: 'The customer', body: customerAnswer } },
    handle: async (request, response) => {
      response.json(found(await findCustomer(sql, idOf(request), accessScopeOf(request)), 'customer', idOf(request)));
    },
  },
  {
    method: 'get',
    path: '/v1/customers',
    tag: 'Customers',
    summary: 'Lists customers by tier or account manager, searched and sorted',
    roles: PERMISSIONS.read,
    query: customerQuery,
    answers: { 200: { means: 'A page', body: customersAnswer, csv: true } },
    handle: async (request, response) => {
      const query = queryOf(request, customerQuery);
      await answerList(request, response, query, {
        name: 'customers',
        sorts: RECORD_SORTS,
        read: (page) => listCustomers(sql, page, query, accessScopeOf(request)),
        view: asItIs,
        columns: CUSTOMER_COLUMNS,
      });
    },
  },
];

export const contactEndpoints = ({ sql }: Services): readonly Endpoint[] => [
  {
    method: 'put',
    path: '/v1/contacts/{id}',
    tag: 'Contacts',
    summary: 'Creates or changes a contact; it moves to another customer only while no entitlement names it',
    roles: PERMISSIONS.writeRecords,
    query: reasonQuery,
    body: contactBody,
    answers: upsertAnswers(contactAnswer),
    refusals: ['contact_of_other_customer'],
    handle: async (request, response) => {
      const { email = null, ...body } = bodyOf(request, contactBody);
      const id = idOf(request);
      if ((await findCustomer(sql, body.customerId)) === undefined)
        throw notFound('customer', body.customerId, 'customerId');
      const upserted = await upsertContact(sql, { id, ...body, email }, changeBy(request, reasonOf(request)));
      if ('blockedBy' in upserted) throw new Problem(contactStays(id, upserted.blockedBy));
      answerUpsert(response, upserted);
    },
  },
  {
    method: 'get',
    path: '/v1/contacts/{id}',
    tag: 'Contacts',
    summary: 'Reads a contact',
    roles: PERMISSIONS.read,
    answers: { 200: { means: 'The contact', body: contactAnswer } },
    handle: async (request, response) => {
      response.json(found(await findContact(sql, idOf(request), accessScopeOf(request)), 'contact', idOf(request)));
    },
  },
  {
    method: 'get',
    path: '/v1/contacts',
    tag: 'Contacts',
    summary: 'Lists the contacts of one customer or of all, searched and sorted',
    roles: PERMISSIONS.read,
    query: contactQuery,
    answers: { 200: { means: 'A page', body: contactsAnswer } },
    handle: async (request, response) => {
      const query = queryOf(request, contactQuery);
      const listed = await listContacts(sql, listPageOf(RECORD_SORTS, query), query, accessScopeOf(request));
      response.json(listAnswer(listed, query, asItIs));
    },
  },
];

export const productEndpoints = ({ sql }: Services): readonly Endpoint[] => [
  {
    method: 'put',
    path: '/v1/products/{id}',
    tag: 'Products',
    summary: 'Creates or changes a product',
    roles: PERMISSIONS.writeRecords,
    query: reasonQuery,
    body: productBody,
    answers: upsertAnswers(productAnswer),
    handle: async (request, response) => {
      const { family = null, ...body } = bodyOf(request, productBody);
      answerUpsert(
        response,
        await upsertProduct(sql, { id: idOf(request), ...body, family }, changeBy(request, reasonOf(request))),
      );
    },
  },
  {
    method: 'get',
    path: '/v1/products/{id}',
    tag: 'Products',
    summary: 'Reads a product',
    roles: PERMISSIONS.read,
    answers: { 200: { means: 'The product', body: productAnswer } },
    handle: async (request, response) => {
      response.json(found(await findProduct(sql, idOf(request)), 'product', idOf(request)));
    },
  },
  {
    method: 'get',
    path: '/v1/products',
    tag: 'Products',
    summary: 'Lists products by family, searched and sorted',
    roles: PERMISSIONS.read,
    query: productQuery,
    answers: { 200: { means: 'A page', body: productsAnswer } },
    handle: async (request, response) => {
      const query = queryOf(request, productQuery);
      const listed = await listProducts(sql, listPageOf(RECORD_SORTS, query), query);
      response.json(listAnswer(listed, query, asItIs));
    },
  },
];
