import { Accordion, SimpleGrid, Stack, Text } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { ReactNode } from 'react';
import { TemplatePicker } from '../pickers/template-picker.tsx';
import { OverageFields, PriceFields } from './form-allocation.tsx';
import { ChannelsSection } from './form-channels.tsx';
import { CoverSection, MatchingFields } from './form-cover.tsx';
import { DayInput, type EntitlementForm, fieldAt, TermInput } from './form-parts.tsx';
import { RenewalSection } from './form-renewal.tsx';
import type { AmendSection, Asked } from './record-amend-changes.ts';
import type { Entitlement } from './record-commands-allowed.ts';

interface AmendSectionsProps {
  readonly entitlement: Entitlement;
  readonly terms: EntitlementForm;
  readonly asked: UseFormReturnType<Asked>;
  readonly open: readonly AmendSection[];
  readonly onOpen: (sections: readonly AmendSection[]) => void;
}

interface SectionOf {
  readonly id: AmendSection;
  readonly title: string;
  readonly body: ReactNode;
}

/** All that an amendment can change, in sections that fold. Each begins with what the contract has. */
export function AmendSections({ entitlement, terms, asked, open, onOpen }: AmendSectionsProps) {
  const isCounted = entitlement.allocationType !== 'unlimited';
  const sections: readonly SectionOf[] = [
    {
      id: 'amount',
      title: isCounted ? 'Total, end date and price' : 'End date and price',
      body: <Amount entitlement={entitlement} terms={terms} />,
    },
    { id: 'channels', title: 'Channels and their totals', body: <ChannelsSection form={terms} /> },
    { id: 'template', title: 'Terms of a template', body: <FromTemplate asked={asked} /> },
    ...(isCounted ? [{ id: 'past', title: 'Past the allotment', body: <OverageFields form={terms} /> } as const] : []),
    { id: 'cover', title: 'Products, contacts and service level', body: <CoverSection form={terms} /> },
    {
      id: 'matching',
      title: 'Tier and priority',
      body: (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <MatchingFields form={terms} />
        </SimpleGrid>
      ),
    },
    { id: 'renewal', title: 'Renewal', body: <RenewalSection form={terms} isNew={false} /> },
  ];
  return (
    <Accordion
      multiple
      variant="contained"
      order={3}
      keepMounted
      keepMountedMode="display-none"
      value={[...open]}
      onChange={(next) => onOpen(sections.map(({ id }) => id).filter((id) => next.includes(id)))}
    >
      {sections.map(({ id, title, body }) => (
        <Accordion.Item key={id} value={id}>
          <Accordion.Control>{title}</Accordion.Control>
          <Accordion.Panel>{body}</Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}

function Amount({ entitlement, terms }: Pick<AmendSectionsProps, 'entitlement' | 'terms'>) {
  const { allocationType, period, price, renewedById } = entitlement;
  const hasSuccessor = renewedById !== null;
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {allocationType !== 'unlimited' && (
          <TermInput
            label="Total"
            description={period === null ? 'For the whole term' : `For each ${period}`}
            unit={allocationType}
            {...fieldAt(terms, 'totalTerm', terms.values.totalTerm)}
          />
        )}
        <DayInput
          label="End date"
          description={hasSuccessor ? 'Its successor begins where this one ends.' : 'Covered to the end of this day'}
          disabled={hasSuccessor}
          {...terms.getInputProps('endDate')}
        />
      </SimpleGrid>
      <PriceFields form={terms} isFixed={price !== null} />
    </Stack>
  );
}

const FromTemplate = ({ asked }: { readonly asked: UseFormReturnType<Asked> }) => (
  <Stack gap="xs">
    <TemplatePicker
      label="Template"
      description="One that counts the same, in the same periods. Empty: the contract keeps its terms."
      value={asked.values.templateId}
      onChange={(id) => asked.setFieldValue('templateId', id)}
      error={asked.errors.templateId}
      data-path="templateId"
    />
    {asked.values.templateId !== null && (
      <Text size="sm">
        Its total, channels, service level, tier, products, priority and renewal policy, its price where it has one, and
        what happens past the allotment count. What you change in the other sections comes first.
      </Text>
    )}
  </Stack>
);
