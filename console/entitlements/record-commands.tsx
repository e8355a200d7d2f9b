import { Button, Tooltip } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useId } from 'react';
import { useMay } from '../data/me.ts';
import { type Command, commandsOf, type DialogName, type Entitlement } from './record-commands-allowed.ts';

interface RecordCommandsProps {
  readonly entitlement: Entitlement;
  readonly onOpen: (dialog: DialogName) => void;
}

/** The commands of those who may change entitlements. One that is not possible now says why; the keyboard reaches it. */
export function RecordCommands({ entitlement, onOpen }: RecordCommandsProps) {
  if (!useMay('writeEntitlements')) return null;
  return commandsOf(entitlement).map((command) => (
    <CommandButton key={command.name} command={command} id={entitlement.id} onOpen={onOpen} />
  ));
}

interface CommandButtonProps {
  readonly command: Command;
  readonly id: string;
  readonly onOpen: (dialog: DialogName) => void;
}

function CommandButton({ command: { name, label, refused }, id, onOpen }: CommandButtonProps) {
  const why = useId();
  if (refused !== null)
    return (
      <Tooltip label={refused} multiline maw={280} events={{ hover: true, focus: true, touch: true }}>
        <span>
          <Button variant="default" size="xs" data-disabled aria-disabled aria-describedby={why}>
            {label}
          </Button>
          <span id={why} className="only-spoken">
            {refused}
          </span>
        </span>
      </Tooltip>
    );
  if (name === 'edit')
    return (
      <Button component={Link} to={`/entitlements/${id}/edit`} variant="default" size="xs">
        {label}
      </Button>
    );
  const looks = name === 'activate' ? 'filled' : 'default';
  return (
    <Button variant={looks} size="xs" onClick={() => onOpen(name)}>
      {label}
    </Button>
  );
}
