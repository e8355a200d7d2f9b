import { Group, SimpleGrid, Stack, Table, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { $api, type Shapes } from '../data/api.ts';
import { ContactName, CustomerLink, ProductName, SlaName } from '../pickers/record-names.tsx';
import { Fact } from '../ui/fact.tsx';
import { instantText, minutesText } from '../ui/format.ts';
import { Name } from '../ui/name.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Section } from '../ui/section.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { CaseCommands } from './case-commands.tsx';
import { CaseLedger } from './case-ledger.tsx';
import { ClockFacts } from './clock-facts.tsx';
import { Decision } from './decision.tsx';

type Case = Shapes['CaseWithDecision'];

/** One case: why it has its entitlement, what is due, what it took, and what can be done with it. */
export function CasePage() {
  const { id } = useParams({ from: '/shell/cases/$id' });
  const query = $api.useQuery('get', '/v1/cases/{id}', { params: { path: { id } } });
  return <QueryView query={query}>{(supportCase) => <CaseShown supportCase={supportCase} />}</QueryView>;
}

function CaseShown({ supportCase }: { readonly supportCase: Case }) {
  const { id, title, status, customerId, createdAt } = supportCase;
  return (
    <Page
      title={title ?? id}
      beside={<StatusBadge status={status} />}
      subtitle={
        <Group gap={6} component="span">
          <Name>{id}</Name>
          <span>·</span>
          <CustomerLink id={customerId} />
          <span>· recorded {instantText(createdAt)}</span>
        </Group>
      }
      actions={<CaseCommands supportCase={supportCase} />}
    >
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <Stack gap="lg">
          <Decision supportCase={supportCase} />
          <ServiceLevel supportCase={supportCase} />
        </Stack>
        <Facts supportCase={supportCase} />
      </SimpleGrid>
      <CaseLedger supportCase={supportCase} />
    </Page>
  );
}

function ServiceLevel({ supportCase }: { readonly supportCase: Case }) {
  const { slaId, entitlementId, holds } = supportCase;
  return (
    <Section title="Service level">
      {slaId === null ? (
        <Text c="dimmed">
          {entitlementId === null ? 'A case without an entitlement has none.' : 'Its entitlement promises none.'}
        </Text>
      ) : (
        <Table withRowBorders={false} verticalSpacing={3} horizontalSpacing={0}>
          <Table.Tbody>
            <Fact name="Service level">
              <SlaName id={slaId} />
            </Fact>
            <ClockFacts supportCase={supportCase} />
            {holds.length > 0 && <Fact name="On hold">{holds.join(', ')}</Fact>}
          </Table.Tbody>
        </Table>
      )}
    </Section>
  );
}

function Facts({ supportCase }: { readonly supportCase: Case }) {
  const { contactId, productId, channel, minutes, decrementEntitlementTerm, updatedAt } = supportCase;
  return (
    <Section title="Case">
      <Table withRowBorders={false} verticalSpacing={3} horizontalSpacing={0}>
        <Table.Tbody>
          <Fact name="Contact">{contactId === null ? 'none' : <ContactName id={contactId} />}</Fact>
          <Fact name="Product">{productId === null ? 'none' : <ProductName id={productId} />}</Fact>
          <Fact name="Channel">{channel ?? 'none'}</Fact>
          <Fact name="Time spent">{minutesText(minutes)}</Fact>
          <Fact name="Counts">{decrementEntitlementTerm ? 'yes' : 'no: it takes nothing from its entitlement'}</Fact>
          <Fact name="Last change">{instantText(updatedAt)}</Fact>
        </Table.Tbody>
      </Table>
    </Section>
  );
}
