/** The orders of customers and products that the API knows; `-` in front sorts in descending order. */
export const SORTS = ['name', '-name', 'id', '-id'] as const;

/** What can be open over the page of a customer. `contact` without an id is a new contact. */
export const CUSTOMER_DIALOGS = ['edit', 'contact'] as const;
