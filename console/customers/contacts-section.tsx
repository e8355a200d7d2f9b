import { Anchor, Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { $api, type Shapes } from '../data/api.ts';
import { useMay } from '../data/me.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Name } from '../ui/name.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Section } from '../ui/section.tsx';
import { Empty } from '../ui/states.tsx';
import { ContactDialog } from './contact-dialog.tsx';

type Contact = Shapes['Contact'];

/** The most that one page of the API holds; customers have a handful. */
const MOST = 200;

/** The people of a customer, with the way to a new one for those who may. */
export function ContactsSection({ customerId }: { readonly customerId: string }) {
  const { dialog, contact: chosen } = useSearch({ from: '/shell/customers/$id' });
  const navigate = useNavigate({ from: '/customers/$id' });
  const mayWrite = useMay('writeRecords');
  const query = { customerId, sort: 'name', limit: MOST } as const;
  const contacts = $api.useQuery('get', '/v1/contacts', { params: { query } });
  const open = (contact: string | undefined) => void navigate({ search: { dialog: 'contact', contact } });
  const columns: readonly Column<Contact>[] = [
    { id: 'name', header: 'Name', cell: ({ name }) => <Name>{name}</Name> },
    {
      id: 'email',
      header: 'E-mail',
      from: 'xs',
      cell: ({ email }) => (email === null ? '–' : <Anchor href={`mailto:${email}`}>{email}</Anchor>),
    },
    { id: 'id', header: 'Id', from: 'md', cell: ({ id }) => <Name>{id}</Name> },
    ...(mayWrite
      ? [
          {
            id: 'change',
            header: 'Commands',
            cell: ({ id, name }: Contact) => (
              <Button variant="default" size="compact-xs" onClick={() => open(id)} aria-label={`Change ${name}`}>
                Change
              </Button>
            ),
          },
        ]
      : []),
  ];
  const edited = chosen === undefined ? undefined : contacts.data?.items.find(({ id }) => id === chosen);
  return (
    <Section
      title="Contacts"
      actions={
        mayWrite && (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => open(undefined)}
          >
            New contact
          </Button>
        )
      }
    >
      <QueryView query={contacts}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="The customer has no contacts">A contract without contacts covers everybody.</Empty>
          ) : (
            <DataTable caption="Contacts" columns={columns} rows={items} idOf={({ id }) => id} />
          )
        }
      </QueryView>
      <ContactDialog
        opened={mayWrite && dialog === 'contact' && (chosen === undefined || edited !== undefined)}
        customerId={customerId}
        contact={edited}
        onClose={() => void navigate({ search: {} })}
      />
    </Section>
  );
}
