import {
  AppShell,
  Burger,
  Group,
  Menu,
  NavLink,
  ScrollArea,
  Text,
  UnstyledButton,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconLogout, IconMoon, IconSun } from '@tabler/icons-react';
import { Link, Outlet, useMatchRoute } from '@tanstack/react-router';
import { useMe } from '../data/me.ts';
import { queryClient } from '../data/query-client.ts';
import { signOut } from '../data/session.ts';
import { Name } from '../ui/name.tsx';
import { DESTINATIONS } from './navigation.ts';
import { SearchButton } from './search-button.tsx';

const HEADER_HEIGHT = 52;
const MENU_WIDTH = 210;

/** The frame of every page: the menu, the search, and who is signed in. */
export function Shell() {
  const [opened, { toggle, close }] = useDisclosure(false);
  return (
    <AppShell
      header={{ height: HEADER_HEIGHT }}
      navbar={{ width: MENU_WIDTH, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={{ base: 'md', md: 'lg' }}
    >
      <a className="skip-link" href="#content">
        Skip to the content
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap" gap="sm">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label="Menu"
              aria-expanded={opened}
            />
            <Text component={Link} to="/" fw={700} fz="lg" c="inherit" td="none">
              Allot
            </Text>
          </Group>
          <Group gap="sm" wrap="nowrap">
            <SearchButton />
            <UserMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Main">
        <ScrollArea>
          <MainMenu onChosen={close} />
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}

function MainMenu({ onChosen }: { readonly onChosen: () => void }) {
  const matches = useMatchRoute();
  return DESTINATIONS.map(({ to, label, icon: Icon }) => {
    const here = matches({ to, fuzzy: to !== '/' }) !== false;
    return (
      <NavLink
        key={to}
        component={Link}
        to={to}
        label={label}
        active={here}
        aria-current={here ? 'page' : undefined}
        leftSection={<Icon size={18} stroke={1.6} aria-hidden />}
        onClick={onChosen}
      />
    );
  });
}

function UserMenu() {
  const me = useMe();
  const { setColorScheme } = useMantineColorScheme();
  const leave = () => {
    signOut();
    queryClient.clear();
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <UnstyledButton aria-label={`Your account: ${me?.name ?? '…'}`}>
          <Group gap={6} wrap="nowrap">
            <Text maw={180} truncate>
              {me?.name ?? '…'}
            </Text>
            <IconChevronDown size={15} aria-hidden />
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown maw={320}>
        {me !== undefined && (
          <Menu.Label>
            <Name>{me.name}</Name>, {me.role.replaceAll('_', ' ')}
          </Menu.Label>
        )}
        <Menu.Item leftSection={<IconSun size={15} />} onClick={() => setColorScheme('light')}>
          Light colours
        </Menu.Item>
        <Menu.Item leftSection={<IconMoon size={15} />} onClick={() => setColorScheme('dark')}>
          Dark colours
        </Menu.Item>
        <Menu.Item onClick={() => setColorScheme('auto')}>Colours of the system</Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={leave}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
