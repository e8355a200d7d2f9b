/** Each kind of id has a type of its own, so that the compiler finds a case's id where an entitlement's belongs. */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type EntitlementId = Branded<'EntitlementId'>;
export type CaseId = Branded<'CaseId'>;
export type CustomerId = Branded<'CustomerId'>;
export type ContactId = Branded<'ContactId'>;
export type ProductId = Branded<'ProductId'>;
export type SlaId = Branded<'SlaId'>;
export type TemplateId = Branded<'TemplateId'>;

export const entitlementId = (id: string): EntitlementId => id as EntitlementId;
export const caseId = (id: string): CaseId => id as CaseId;
export const customerId = (id: string): CustomerId => id as CustomerId;
export const contactId = (id: string): ContactId => id as ContactId;
export const productId = (id: string): ProductId => id as ProductId;
export const slaId = (id: string): SlaId => id as SlaId;
export const templateId = (id: string): TemplateId => id as TemplateId;
