import {
  Alert,
  Button,
  Checkbox,
  Group,
  NumberInput,
  Paper,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { OverrideReason } from '../coverage/candidate-choice.tsx';
import { CoverageView } from '../coverage/coverage-view.tsx';
import { type CaseQuestion, useMatch } from '../coverage/use-match.ts';
import { api, type Shapes } from '../data/api.ts';
import { useMay } from '../data/me.ts';
import { ChannelPicker } from '../pickers/channel-picker.tsx';
import { ContactPicker } from '../pickers/contact-picker.tsx';
import { CustomerPicker } from '../pickers/customer-picker.tsx';
import { ProductPicker } from '../pickers/product-picker.tsx';
import { ErrorNote } from '../ui/action-dialog.tsx';
import { formErrorsOf } from '../ui/form-errors.ts';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Section } from '../ui/section.tsx';
import { Empty } from '../ui/states.tsx';
import { useSend } from '../ui/use-send.ts';

type CaseInput = Shapes['CaseInput'];

/** What is typed beside what stands in the address. */
interface Typed {
  readonly id: string;
  readonly title: string;
  readonly minutes: number | string;
  readonly takesNothing: boolean;
  readonly overrideReason: string;
}

const NOTHING_TYPED: Typed = { id: '', title: '', minutes: '', takesNothing: false, overrideReason: '' };

/** Records a case. Beside the form stands, while one types, who would pay for it, or why nothing covers it. */
export function NewCasePage() {
  const mayHandle = useMay('handleCases');
  if (!mayHandle)
    return (
      <Page title="New case">
        <Empty title="Your role may not record cases" />
      </Page>
    );
  return <NewCase />;
}

function useAsked(minutes: number | string): CaseQuestion | null {
  const { customer, contact, product, channel, entitlement } = useSearch({ from: '/shell/cases/new' });
  if (customer === undefined) return null;
  return {
    customerId: customer,
    ...(contact === undefined ? {} : { contactId: contact }),
    ...(product === undefined ? {} : { productId: product }),
    ...(channel === undefined ? {} : { channel }),
    ...(entitlement === undefined ? {} : { entitlementId: entitlement }),
    ...(typeof minutes === 'number' ? { minutes } : {}),
  };
}

async function postCase(body: CaseInput, key: string) {
  return await api.POST('/v1/cases', { params: { header: { 'Idempotency-Key': key } }, body });
}

function NewCase() {
  const {
    customer = null,
    contact = null,
    product = null,
    channel = null,
    entitlement,
  } = useSearch({
    from: '/shell/cases/new',
  });
  const navigate = useNavigate({ from: '/cases/new' });
  const [typed, setTyped] = useState(NOTHING_TYPED);
  const type = (changes: Partial<Typed>) => setTyped((before) => ({ ...before, ...changes }));
  const choose = (changes: Record<string, string | null>) =>
    void navigate({ search: (before) => ({ ...before, ...dropped(changes) }), replace: true });
  const question = useAsked(typed.minutes);
  const match = useMatch(question);
  const mayControl = useMay('control_decrement_term');
  const mayOverride = useMay('override');
  const named = match.data?.candidates.find(({ entitlementId }) => entitlementId === entitlement);
  // With an entitlement chosen, it must have answered the case as it stands: else an override could be sent unasked.
  const waits = entitlement !== undefined && match.isFetching && !match.isCurrent;
  const overrides = mayOverride && named !== undefined && !named.covers;
  const { send, isPending, error } = useSend(postCase, {
    onDone: () => {
      notifications.show({ message: 'The case is recorded.' });
      void navigate({ to: '/cases/$id', params: { id: typed.id.trim() } });
    },
  });
  const errors = formErrorsOf(error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (question !== null) send(inputOf(question, typed, overrides));
  };
  return (
    <Page title="New case" subtitle="A case belongs to the case system; here it is recorded by its id.">
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <form onSubmit={submit}>
          <Stack gap="sm">
            <CustomerPicker
              label="Customer"
              value={customer}
              onChange={(id) => choose({ customer: id, contact: null, entitlement: null })}
              error={errors.customerId}
              required
            />
            <ContactPicker
              label="Contact"
              customer={customer}
              value={contact}
              onChange={(id) => choose({ contact: id })}
              error={errors.contactId}
            />
            <ProductPicker
              label="Product"
              value={product}
              onChange={(id) => choose({ product: id })}
              error={errors.productId}
            />
            <ChannelPicker
              label="Channel"
              value={channel}
              onChange={(name) => choose({ channel: name })}
              error={errors.channel}
            />
            <TextInput
              label="Case id"
              description="As the case system names it"
              value={typed.id}
              onChange={({ currentTarget }) => type({ id: currentTarget.value })}
              error={errors.id}
              maxLength={200}
              required
            />
            <TextInput
              label="Title"
              value={typed.title}
              onChange={({ currentTarget }) => type({ title: currentTarget.value })}
              error={errors.title}
              maxLength={200}
            />
            <NumberInput
              label="Time spent so far, in minutes"
              value={typed.minutes}
              onChange={(minutes) => type({ minutes })}
              min={0}
              allowDecimal={false}
              allowNegative={false}
              error={errors.minutes}
            />
            <Select
              label="Entitlement"
              description="Left empty, Allot picks the one that fits best."
              data={(match.data?.candidates ?? []).map(({ entitlementId, name }) => ({
                value: entitlementId,
                label: name,
              }))}
              value={entitlement ?? null}
              onChange={(id) => choose({ entitlement: id })}
              disabled={customer === null}
              error={errors.entitlementId}
              clearable
              clearButtonProps={{ 'aria-label': 'Clear the entitlement' }}
            />
            {overrides && (
              <OverrideReason
                refusal={named.reason ?? ''}
                value={typed.overrideReason}
                onChange={(overrideReason) => type({ overrideReason })}
              />
            )}
            {mayControl && (
              <Checkbox
                label="The case takes nothing from its entitlement"
                checked={typed.takesNothing}
                onChange={({ currentTarget }) => type({ takesNothing: currentTarget.checked })}
              />
            )}
            <ErrorNote error={error} />
            <Group>
              <Button type="submit" loading={isPending} disabled={waits}>
                {overrides ? 'Record the case by override' : 'Record the case'}
              </Button>
            </Group>
          </Stack>
        </form>
        <Section title="Who pays for it">
          <Paper withBorder p="md" aria-live="polite">
            {question === null ? (
              <Text c="dimmed">Choose the customer: here stands what its entitlements say about the case.</Text>
            ) : (
              <QueryView query={match}>{(answer) => <CoverageView match={answer} />}</QueryView>
            )}
          </Paper>
          {entitlement === undefined && match.data?.picked === null && (
            <Alert color="yellow" variant="light">
              The case can be recorded without an entitlement, unless the organisation demands one.
            </Alert>
          )}
        </Section>
      </SimpleGrid>
    </Page>
  );
}

const dropped = (changes: Record<string, string | null>) =>
  Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, value ?? undefined]));

const inputOf = (question: CaseQuestion, typed: Typed, overrides: boolean): CaseInput => ({
  ...question,
  id: typed.id.trim(),
  ...(typed.title.trim() === '' ? {} : { title: typed.title.trim() }),
  ...(typed.takesNothing ? { decrementEntitlementTerm: false } : {}),
  ...(overrides ? { override: { reason: typed.overrideReason.trim() } } : {}),
});
