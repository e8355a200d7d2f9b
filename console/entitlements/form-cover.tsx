import { NumberInput, Stack, TextInput } from '@mantine/core';
import { ContactsPicker } from '../pickers/contact-picker.tsx';
import { ProductsPicker } from '../pickers/product-picker.tsx';
import { SlaPicker } from '../pickers/sla-picker.tsx';
import { type EntitlementForm, fieldAt } from './form-parts.tsx';

const MOST_NAMED = 200;

/** Which products and contacts are covered, and how soon their cases are answered. */
export const CoverSection = ({ form }: { readonly form: EntitlementForm }) => (
  <Stack>
    <ProductsPicker
      label="Products"
      description="None: all products are covered. Some: only those."
      maxValues={MOST_NAMED}
      {...fieldAt(form, 'productIds', form.values.productIds)}
    />
    <ContactsPicker
      label="Contacts"
      description="None: all contacts of the customer are covered. Some: only those."
      customer={form.values.customerId}
      maxValues={MOST_NAMED}
      {...fieldAt(form, 'contactIds', form.values.contactIds)}
    />
    <SlaPicker
      label="Service level"
      description="The times within which cases under it are answered and resolved"
      {...fieldAt(form, 'slaId', form.values.slaId)}
    />
  </Stack>
);

/** The level at which it is sold, and what counts where several cover a case. */
export const MatchingFields = ({ form }: { readonly form: EntitlementForm }) => (
  <>
    <TextInput label="Tier" description="Such as Bronze, Silver, Gold" maxLength={40} {...form.getInputProps('tier')} />
    <NumberInput
      label="Priority"
      description="Where several cover a case equally well, the lower number is picked."
      min={0}
      max={1_000_000}
      allowDecimal={false}
      allowNegative={false}
      {...form.getInputProps('priority')}
    />
  </>
);
