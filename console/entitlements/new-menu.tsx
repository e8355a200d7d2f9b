import { Button, Menu, Text } from '@mantine/core';
import { IconChevronDown, IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { $api } from '../data/api.ts';
import { Name } from '../ui/name.tsx';

/** The menu holds this many templates; the page of a new entitlement has them all. */
const IN_MENU = 10;

/** Begins a new entitlement: blank, or from a template. */
export function NewMenu({ customer }: { readonly customer: string | undefined }) {
  const templates = $api.useQuery('get', '/v1/templates', { params: { query: { limit: IN_MENU } } });
  const found = templates.data?.items ?? [];
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          leftSection={<IconPlus size={15} aria-hidden />}
          rightSection={<IconChevronDown size={15} aria-hidden />}
        >
          New
        </Button>
      </Menu.Target>
      <Menu.Dropdown maw={320}>
        <Menu.Item renderRoot={(props) => <Link {...props} to="/entitlements/new" search={{ customer }} />}>
          Blank
        </Menu.Item>
        {found.length > 0 && <Menu.Label>From a template</Menu.Label>}
        {found.map(({ id, name }) => (
          <Menu.Item
            key={id}
            renderRoot={(props) => <Link {...props} to="/entitlements/new" search={{ customer, template: id }} />}
          >
            <Name>{name}</Name>
          </Menu.Item>
        ))}
        {templates.data !== undefined && templates.data.nextCursor !== null && (
          <Text size="xs" c="dimmed" px="sm" py={4}>
            Further templates can be chosen on the page of a blank one.
          </Text>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
