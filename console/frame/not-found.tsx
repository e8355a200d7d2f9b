import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Page } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';

/** The address leads nowhere. */
export const NotFound = () => (
  <Page title="No such page">
    <Empty
      title="There is no page at this address"
      action={
        <Anchor component={Link} to="/">
          Go to the home page
        </Anchor>
      }
    />
  </Page>
);
