import { Button, Group, Stack, TextInput, UnstyledButton } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPlus } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useLayoutEffect } from 'react';
import { $api, api, type Shapes } from '../data/api.ts';
import { useMay } from '../data/me.ts';
import { idFromName } from '../data/new-id.ts';
import { oneOf } from '../data/search-params.ts';
import { assertIdIsFree } from '../data/take-new-id.ts';
import { ActionDialog } from '../ui/action-dialog.tsx';
import { ChangedNote } from '../ui/changed-meanwhile.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { FilterBox } from '../ui/filter-box.tsx';
import { formErrorsOf } from '../ui/form-errors.ts';
import { ListPager } from '../ui/list-pager.tsx';
import { Name } from '../ui/name.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { Empty } from '../ui/states.tsx';
import { useSavedRecord } from '../ui/use-saved-record.ts';
import { SORTS } from './list-choices.ts';

type Product = Shapes['Product'];

/** All products, which contracts and cases can name, with the way to a new one. */
export function ProductsPage() {
  const { q, family, sort, cursor, dialog, product: chosen } = useSearch({ from: '/shell/products' });
  const navigate = useNavigate({ from: '/products' });
  const mayWrite = useMay('writeRecords');
  const change = (changes: Record<string, string | undefined>) =>
    void navigate({
      search: (before) => ({ ...before, cursor: undefined, ...changes }),
      replace: !('cursor' in changes || 'dialog' in changes),
    });
  const query = {
    ...(q === undefined ? {} : { q }),
    ...(family === undefined ? {} : { family }),
    ...(cursor === undefined ? {} : { cursor }),
    sort: sort ?? ('name' as const),
  };
  const list = $api.useQuery('get', '/v1/products', { params: { query } }, { placeholderData: (before) => before });
  const isEditing = mayWrite && dialog === 'edit' && chosen !== undefined;
  const edited = $api.useQuery(
    'get',
    '/v1/products/{id}',
    { params: { path: { id: chosen ?? '' } } },
    { enabled: isEditing },
  );
  const columns: readonly Column<Product>[] = [
    {
      id: 'name',
      header: 'Name',
      sortAs: 'name',
      cell: ({ name, id }) =>
        mayWrite ? (
          <UnstyledButton
            c="var(--mantine-color-anchor)"
            onClick={() => change({ dialog: 'edit', product: id, cursor })}
          >
            <Name>{name}</Name>
          </UnstyledButton>
        ) : (
          <Name>{name}</Name>
        ),
    },
    { id: 'family', header: 'Family', cell: ({ family: of }) => (of === null ? '–' : <Name>{of}</Name>) },
    { id: 'id', header: 'Id', sortAs: 'id', from: 'xs', cell: ({ id }) => <Name>{id}</Name> },
  ];
  return (
    <Page
      title="Products"
      subtitle="What contracts can be limited to, and what cases are about."
      actions={
        mayWrite && (
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => change({ dialog: 'new', cursor })}>
            New product
          </Button>
        )
      }
    >
      <Group gap="sm">
        <SearchBox label="Search by name or id" value={q} onChange={(text) => change({ q: text })} />
        <FilterBox label="Family" value={family} onChange={(text) => change({ family: text })} />
      </Group>
      <QueryView query={list}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Empty title="No product to show">Change the search, or create the first product.</Empty>
          ) : (
            <>
              <DataTable
                caption="Products"
                columns={columns}
                rows={items}
                idOf={({ id }) => id}
                sort={sort ?? 'name'}
                onSort={(next) => change({ sort: oneOf(SORTS, next) })}
              />
              <ListPager
                cursor={cursor}
                nextCursor={nextCursor}
                shown={items.length}
                onGo={(next) => change({ cursor: next })}
              />
            </>
          )
        }
      </QueryView>
      <ProductDialog
        opened={mayWrite && (dialog === 'new' || (isEditing && edited.data !== undefined))}
        product={dialog === 'edit' ? edited.data : undefined}
        onClose={() => change({ dialog: undefined, product: undefined, cursor })}
      />
    </Page>
  );
}

interface Fields {
  readonly id: string;
  readonly name: string;
  readonly family: string;
}

const fieldsOf = (product: Product | undefined): Fields => ({
  id: product?.id ?? '',
  name: product?.name ?? '',
  family: product?.family ?? '',
});

const madeOf = ({ data }: { readonly data?: Product }): Product => {
  if (data === undefined) throw new TypeError('The API has answered without the product.');
  return data;
};

const read = async (id: string): Promise<Product> =>
  madeOf(await api.GET('/v1/products/{id}', { params: { path: { id } } }));

async function put({ id, name, family }: Fields, isNew: boolean): Promise<Product> {
  const params = { path: { id } };
  const body = { name: name.trim(), family: family.trim() === '' ? null : family.trim() };
  if (isNew) await assertIdIsFree(id, body, read);
  return madeOf(await api.PUT('/v1/products/{id}', { params, body }));
}

interface ProductDialogProps {
  readonly opened: boolean;
  /** The product that is changed; undefined: a new one. */
  readonly product: Product | undefined;
  readonly onClose: () => void;
}

function ProductDialog({ opened, product, onClose }: ProductDialogProps) {
  const isNew = product === undefined;
  const form = useForm<Fields>({ initialValues: fieldsOf(product) });
  const saved = useSavedRecord<Product, Fields>({
    record: product,
    read,
    save: (fields) => put(fields, isNew),
    onDone: onClose,
  });
  const { isPending, error, changed } = saved;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the form is filled anew only when the dialog opens, before anybody can type.
  useLayoutEffect(() => {
    if (!opened) return;
    form.setValues(fieldsOf(product));
    form.clearErrors();
    saved.opened(product);
  }, [opened, product?.id]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new answer brings new errors, and nothing else does.
  useEffect(() => form.setErrors(formErrorsOf(error)), [error]);
  const { name, id } = form.values;
  return (
    <ActionDialog
      opened={opened}
      onClose={onClose}
      title={isNew ? 'New product' : 'Change the product'}
      confirm={isNew ? 'Create the product' : 'Save'}
      isPending={isPending}
      error={error}
      onConfirm={() => saved.save(form.values)}
    >
      <Stack gap="sm">
        <TextInput
          label="Name"
          required
          maxLength={200}
          data-autofocus
          {...form.getInputProps('name')}
          onChange={({ currentTarget: { value } }) => {
            if (isNew && id === idFromName(name)) form.setFieldValue('id', idFromName(value));
            form.setFieldValue('name', value);
          }}
        />
        {isNew && (
          <TextInput
            label="Id"
            description="As the other systems name the product. It cannot be changed later."
            required
            maxLength={200}
            {...form.getInputProps('id')}
          />
        )}
        <TextInput label="Family" maxLength={200} {...form.getInputProps('family')} />
        {changed !== undefined && (
          <ChangedNote
            what="the product"
            onLoad={() => {
              form.setValues(fieldsOf(changed));
              saved.opened(changed);
            }}
            onReplace={() => saved.replace(form.values, changed)}
          />
        )}
      </Stack>
    </ActionDialog>
  );
}
