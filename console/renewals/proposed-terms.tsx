import { Box, List, Stack, Table, Text, Title } from '@mantine/core';
import { dayText } from '../ui/format.ts';
import { Name } from '../ui/name.tsx';
import { type RenewalRecord, slaTextOf } from './record.ts';
import { changedRows, type TermsRow, termsRows } from './terms-rows.ts';
import { plusDays } from './words.ts';

const spanText = ({ startDate, endDate }: { readonly startDate: string; readonly endDate: string }): string =>
  `${dayText(startDate)} to ${dayText(endDate)}`;

/** The current terms beside the proposed ones and, once accepted, beside the accepted ones; and why. */
export function ProposedTerms({ record }: { readonly record: RenewalRecord }) {
  const { renewal, entitlement } = record;
  const { head, rows } = tableOf(record);
  return (
    <Stack gap="md">
      {entitlement === null && (
        <Text>You may not read the current terms{rows.length === 0 ? '' : '. This is what would change'}.</Text>
      )}
      {rows.length > 0 && <TermsTable head={head} rows={rows} />}
      {renewal.proposal.reasons.length > 0 && (
        <div>
          <Title order={3} mb="xs">
            Why
          </Title>
          <List>
            {renewal.proposal.reasons.map(({ code, text }) => (
              <List.Item key={`${code} ${text}`}>
                <bdi>{text}</bdi>
              </List.Item>
            ))}
          </List>
        </div>
      )}
    </Stack>
  );
}

function tableOf(record: RenewalRecord): { readonly head: TermsRow; readonly rows: readonly TermsRow[] } {
  const { renewal, entitlement, successor, today } = record;
  const { proposal, stage, endDate } = renewal;
  if (entitlement === null) return { head: ['Terms', 'Proposed'], rows: changedRows(proposal, slaTextOf(record)) };
  const accepted = successor === null ? [] : [successor];
  const isBefore = stage === 'accepted' || stage === 'lapsed' || endDate < today;
  const start = stage === 'lapsed' ? 'from the day you accept' : `from ${dayText(plusDays(endDate, 1))}`;
  const dates: TermsRow = ['Dates', spanText(entitlement), `${start}, same length`, ...accepted.map(spanText)];
  const columns = [entitlement, { ...entitlement, ...proposal.changes }, ...accepted];
  return {
    head: ['Terms', isBefore ? 'Before' : 'Now', 'Proposed', ...(successor === null ? [] : ['Accepted'])],
    rows: [...termsRows(columns, slaTextOf(record)), dates],
  };
}

/** A cell that differs from the one of today stands out, and says so to those who do not see it. */
function TermsTable({ head, rows }: { readonly head: TermsRow; readonly rows: readonly TermsRow[] }) {
  return (
    <Box component="section" className="table-box" aria-label="Terms side by side" tabIndex={0}>
      <Table verticalSpacing={7}>
        <Table.Caption className="only-spoken">Terms side by side</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            {head.map((name) => (
              <Table.Th key={name} scope="col">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(([name, ...cells]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" fw={400}>
                {name}
              </Table.Th>
              {cells.map((cell, index) => (
                <Table.Td
                  key={head[index + 1]}
                  fw={index > 0 && cell !== cells[0] && name !== 'Dates' ? 650 : undefined}
                >
                  <Name lineClamp={6}>{cell}</Name>
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Box>
  );
}
