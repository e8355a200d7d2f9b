import { Button, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Asked } from './form-saving.ts';
import type { Entitlement } from './form-values.ts';

interface FormCommandsProps {
  /** Null: a new one. */
  readonly status: Entitlement['status'] | null;
  /** It was deactivated to be changed, and is activated again at the end. */
  readonly isGuided: boolean;
  readonly isDirty: boolean;
  readonly isBusy: boolean;
  /** A conflict waits for the person's choice. */
  readonly isBlocked: boolean;
  readonly backTo: string;
  /** Asks whether it may be deactivated meanwhile. */
  readonly onAsk: () => void;
  readonly onSubmit: (what: Asked['what']) => void;
  readonly onActivateAlone: () => void;
}

/** The ways to save, as the state of the entitlement allows them. */
export function FormCommands(props: FormCommandsProps) {
  const { status, isGuided, isDirty, isBusy, isBlocked, backTo, onAsk, onSubmit, onActivateAlone } = props;
  const isLive = status === 'active' || status === 'waiting';
  const isEditable = status === null || status === 'draft' || isLive;
  const off = isBusy || isBlocked;
  return (
    <Group gap="xs">
      {isLive && (
        <Button disabled={off || !isDirty} onClick={onAsk}>
          Save the changes …
        </Button>
      )}
      {(status === null || status === 'draft') && (
        <>
          <Button variant={isGuided ? 'default' : 'filled'} disabled={off} onClick={() => onSubmit('save')}>
            {isGuided ? 'Save as a draft' : 'Save'}
          </Button>
          <Button
            variant={isGuided ? 'filled' : 'default'}
            disabled={off}
            onClick={() => onSubmit('save and activate')}
          >
            Save and activate
          </Button>
          {isGuided && (
            <Button variant="default" disabled={off} onClick={onActivateAlone}>
              Activate without my changes
            </Button>
          )}
        </>
      )}
      <Button variant="subtle" component={Link} to={backTo}>
        Back
      </Button>
      <Text c="dimmed" size="sm" role="status">
        {isBusy ? 'Saving …' : null}
        {!isBusy && isBlocked ? 'Choose between the values above first.' : null}
        {!isBusy && !isBlocked && !isEditable
          ? `It is ${status} and cannot be changed. What you typed stays here.`
          : null}
        {!isBusy && !isBlocked && isEditable && isDirty ? 'Not saved yet' : null}
      </Text>
    </Group>
  );
}
