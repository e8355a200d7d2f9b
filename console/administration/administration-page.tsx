import { Anchor, Card, SimpleGrid, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type Permission, useMe } from '../data/me.ts';
import { Page } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';

interface Destination {
  readonly to: string;
  readonly title: string;
  readonly what: string;
  readonly needs: Permission;
}

const DESTINATIONS: readonly Destination[] = [
  {
    to: '/administration/templates',
    title: 'Templates',
    what: 'What new entitlements are made from.',
    needs: 'read',
  },
  {
    to: '/administration/slas',
    title: 'Service levels',
    what: 'Response and resolution times, and the hours in which they run.',
    needs: 'read',
  },
  {
    to: '/products',
    title: 'Products',
    what: 'What contracts can be limited to, and what cases are about.',
    needs: 'read',
  },
  {
    to: '/administration/settings',
    title: 'Settings',
    what: 'Channels, how cases get their entitlement, and the policy of renewals.',
    needs: 'read',
  },
  {
    to: '/administration/api-keys',
    title: 'API keys',
    what: 'Who and which systems may call Allot, and as what.',
    needs: 'manageKeys',
  },
  {
    to: '/administration/webhooks',
    title: 'Webhooks',
    what: 'Where Allot sends its events.',
    needs: 'readWebhooks',
  },
  {
    to: '/administration/deliveries',
    title: 'Deliveries',
    what: 'Events and mails that were sent, wait or failed, and sending them again.',
    needs: 'readWebhooks',
  },
  {
    to: '/administration/audit',
    title: 'Audit',
    what: 'Who changed what, when and why.',
    needs: 'readAudit',
  },
  {
    to: '/administration/import',
    title: 'Import',
    what: 'Customers, contacts and products from CSV files.',
    needs: 'writeRecords',
  },
];

/** What the role may administer, each with a line on what it is for. */
export function AdministrationPage() {
  const permissions = useMe()?.permissions ?? [];
  const allowed = DESTINATIONS.filter(({ needs }) => permissions.includes(needs));
  return (
    <Page title="Administration">
      {allowed.length === 0 ? (
        <Empty title="Nothing for your role">Your role administers nothing.</Empty>
      ) : (
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} component="nav" aria-label="Administration">
          {allowed.map(({ to, title, what }) => (
            <Card key={to} withBorder>
              <Title order={2} size="h4">
                <Anchor component={Link} to={to} inherit>
                  {title}
                </Anchor>
              </Title>
              <Text c="dimmed">{what}</Text>
            </Card>
          ))}
        </SimpleGrid>
      )}
    </Page>
  );
}
