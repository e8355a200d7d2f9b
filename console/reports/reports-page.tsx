import { Anchor, Card, SimpleGrid, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Page } from '../ui/page.tsx';
import { REPORT_NAMES, REPORTS } from './report-kinds.ts';

/** All reports, with what each of them shows. */
export const ReportsPage = () => (
  <Page title="Reports" subtitle="Each figure leads to the rows that it is made of.">
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
      {REPORT_NAMES.map((name) => (
        <Card key={name} withBorder>
          <Title order={2}>
            <Anchor component={Link} to={`/reports/${name}`} inherit>
              {REPORTS[name].title}
            </Anchor>
          </Title>
          <Text c="dimmed" mt="xs">
            {REPORTS[name].what}
          </Text>
        </Card>
      ))}
    </SimpleGrid>
  </Page>
);
