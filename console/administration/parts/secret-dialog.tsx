import { Alert, Button, CopyButton, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconCopy } from '@tabler/icons-react';
import { Name } from '../../ui/name.tsx';

interface SecretDialogProps {
  /** What the secret belongs to. */
  readonly name: string;
  /** Null closes the dialog. It is kept in this page's memory alone: not in the address, not in the browser's store. */
  readonly secret: string | null;
  /** What the holder does with it. */
  readonly use: string;
  readonly onClose: () => void;
}

/** Shows a secret, once. Neither Escape nor a click beside it closes the dialog, because the secret would be lost. */
export function SecretDialog({ name, secret, use, onClose }: SecretDialogProps) {
  return (
    <Modal
      opened={secret !== null}
      onClose={onClose}
      title="Copy the secret now"
      closeOnEscape={false}
      closeOnClickOutside={false}
      withCloseButton={false}
      size="lg"
    >
      <Stack>
        <Text>
          This is the secret of <Name fw={600}>{name}</Name>. {use}
        </Text>
        <Alert color="yellow" variant="light" icon={<IconAlertTriangle aria-hidden />}>
          It is shown only here. If it gets lost, rotate the secret to get a new one.
        </Alert>
        <Group align="flex-end" wrap="nowrap">
          <TextInput
            label="Secret"
            value={secret ?? ''}
            readOnly
            flex={1}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            onFocus={({ currentTarget }) => currentTarget.select()}
          />
          <CopySecret secret={secret ?? ''} />
        </Group>
        <Group justify="flex-end">
          <Button onClick={onClose}>I have stored it</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** Pages that are not served over https may not write to the clipboard; the field selects its text instead. */
function CopySecret({ secret }: { readonly secret: string }) {
  if (!window.isSecureContext) return null;
  return (
    <CopyButton value={secret}>
      {({ copied, copy }) => (
        <Button
          variant="default"
          onClick={copy}
          leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
        >
          {copied ? 'Copied' : 'Copy'}
        </Button>
      )}
    </CopyButton>
  );
}
