import { ActionIcon, Button, Group, Stack, Text } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { ChannelPicker } from '../pickers/channel-picker.tsx';
import { type EntitlementForm, fieldAt, TermInput } from './form-parts.tsx';
import { emptyChannel } from './form-values.ts';

const MOST_CHANNELS = 50;

/** The channels covered, each with a total of its own. */
export function ChannelsSection({ form }: { readonly form: EntitlementForm }) {
  const { channels, allocationType } = form.values;
  const chosen = channels.flatMap(({ channel }) => (channel === null ? [] : [channel]));
  return (
    <Stack>
      <Text c="dimmed">
        No row: every channel is covered. Some rows: only those channels. A channel&apos;s total may be at most the
        entitlement&apos;s total; the rows together may exceed it.
      </Text>
      {form.errors.channels !== undefined && (
        <Text c="red" role="alert">
          {form.errors.channels}
        </Text>
      )}
      {channels.map(({ row, channel, totalTerm }, index) => (
        <Group
          key={row}
          align="flex-start"
          gap="sm"
          role="group"
          aria-label={`Channel ${channel ?? `row ${index + 1}`}`}
        >
          <ChannelPicker
            label="Channel"
            except={chosen.filter((other) => other !== channel)}
            clearable={false}
            {...fieldAt(form, `channels.${index}.channel`, channel)}
          />
          {allocationType !== 'unlimited' && (
            <TermInput
              label="Total of the channel"
              description="Empty: up to the whole total"
              unit={allocationType}
              {...fieldAt(form, `channels.${index}.totalTerm`, totalTerm)}
            />
          )}
          <ActionIcon
            variant="default"
            size="lg"
            mt={24}
            aria-label={`Remove the channel ${channel ?? index + 1}`}
            onClick={() => form.removeListItem('channels', index)}
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      <Group>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} aria-hidden />}
          disabled={channels.length >= MOST_CHANNELS}
          onClick={() => form.insertListItem('channels', emptyChannel())}
        >
          Add a channel
        </Button>
      </Group>
    </Stack>
  );
}
