import { Button, Menu, Text } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Shapes } from '../data/api.ts';
import { useMay } from '../data/me.ts';
import { CountDialog, DecrementDialog } from './count-dialogs.tsx';
import { DetailsDialog } from './details-dialog.tsx';
import type { CaseDialog } from './list-choices.ts';
import { MoveDialog } from './move-dialog.tsx';
import { CancelDialog, ReactivateDialog, ResolveDialog, TakeOffDialog } from './state-dialogs.tsx';

type Case = Shapes['CaseWithDecision'];

/** A command of the menu; `not` says why the case's state forbids it. */
interface Command {
  readonly dialog: CaseDialog;
  readonly label: string;
  readonly not?: string | undefined;
}

function commandsOf({ status, entitlementId, decrementEntitlementTerm }: Case, mayControl: boolean): Command[] {
  const isAttached = entitlementId !== null;
  const unattached = isAttached ? undefined : 'The case has no entitlement.';
  const closed = status === 'active' ? undefined : 'Reactivate the case first.';
  return [
    { dialog: 'move', label: isAttached ? 'Move to another entitlement …' : 'Attach to an entitlement …', not: closed },
    { dialog: 'details', label: 'Change contact, product, channel, time …' },
    { dialog: 'take-off', label: 'Take off its entitlement …', not: unattached },
    ...(mayControl
      ? [
          {
            dialog: 'no-decrement' as const,
            label: decrementEntitlementTerm ? 'Let it take nothing …' : 'Let it count again …',
          },
          {
            dialog: 'decrement' as const,
            label: 'Count it now …',
            not: unattached ?? (decrementEntitlementTerm ? undefined : 'The case is set to take nothing.'),
          },
        ]
      : []),
  ];
}

/** What can be done with the case, for those who may. Which dialog is open stands in the address. */
export function CaseCommands({ supportCase }: { readonly supportCase: Case }) {
  const { dialog } = useSearch({ from: '/shell/cases/$id' });
  const navigate = useNavigate({ from: '/cases/$id' });
  const mayHandle = useMay('handleCases');
  const mayControl = useMay('control_decrement_term');
  if (!mayHandle) return null;
  const open = (next: CaseDialog | undefined) => void navigate({ search: { dialog: next }, replace: true });
  const { status } = supportCase;
  const shared = { supportCase, onClose: () => open(undefined) };
  return (
    <>
      {status === 'active' ? (
        <>
          <Button onClick={() => open('resolve')}>Resolve</Button>
          <Button variant="default" onClick={() => open('cancel')}>
            Cancel the case
          </Button>
        </>
      ) : (
        <Button onClick={() => open('reactivate')}>Reactivate</Button>
      )}
      <Menu position="bottom-end" width={300}>
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={15} aria-hidden />}>
            More
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {commandsOf(supportCase, mayControl).map(({ dialog: name, label, not }) => (
            <Menu.Item
              key={name}
              // A forbidden command can still be reached by keyboard, which reads the reason.
              aria-disabled={not !== undefined}
              closeMenuOnClick={not === undefined}
              c={not === undefined ? undefined : 'dimmed'}
              onClick={() => not === undefined && open(name)}
            >
              {label}
              {not !== undefined && <Text size="xs">{not}</Text>}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <ResolveDialog opened={dialog === 'resolve'} {...shared} />
      <CancelDialog opened={dialog === 'cancel'} {...shared} />
      <ReactivateDialog opened={dialog === 'reactivate'} {...shared} />
      <TakeOffDialog opened={dialog === 'take-off'} {...shared} />
      <MoveDialog opened={dialog === 'move'} {...shared} />
      <DetailsDialog opened={dialog === 'details'} {...shared} />
      <CountDialog opened={mayControl && dialog === 'no-decrement'} {...shared} />
      <DecrementDialog opened={mayControl && dialog === 'decrement'} {...shared} />
    </>
  );
}
