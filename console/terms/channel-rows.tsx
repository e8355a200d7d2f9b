import { ActionIcon, Button, Group, NumberInput, Stack, Text } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { ChannelPicker } from '../pickers/channel-picker.tsx';
import { hoursSaid, type TermsFieldsProps } from './terms-fields-props.ts';

/** The channels that are covered, each with its part of the total; no row covers every channel. */
export function ChannelRows({ form }: TermsFieldsProps) {
  const { channels, allocationType } = form.values;
  const unit = allocationType === 'hours' ? 'hours' : 'cases';
  const chosen = channels.flatMap(({ channel }) => (channel === null ? [] : [channel]));
  return (
    <Stack gap="xs">
      {channels.length === 0 && <Text c="dimmed">Every channel is covered.</Text>}
      {channels.map(({ channel, total }, index) => (
        // The rows have no names of their own before a channel is chosen.
        // biome-ignore lint/suspicious/noArrayIndexKey: rows are only added at the end, and a removal draws them anew.
        <Group key={index} gap="sm" align="flex-end">
          <ChannelPicker
            label={`Channel ${index + 1}`}
            except={chosen.filter((one) => one !== channel)}
            value={channel}
            onChange={(next) => form.setFieldValue(`channels.${index}.channel`, next)}
            error={form.errors[`channels.${index}.channel`]}
          />
          {allocationType !== 'unlimited' && (
            <NumberInput
              label={`At most, in ${unit}`}
              aria-label={`At most by channel ${index + 1}, in ${unit}`}
              placeholder="the whole total"
              description={hoursSaid(total, form.values)}
              min={0}
              decimalScale={allocationType === 'hours' ? 2 : 0}
              {...form.getInputProps(`channels.${index}.total`)}
            />
          )}
          <ActionIcon
            variant="default"
            size="lg"
            aria-label={`Remove channel ${channel ?? index + 1}`}
            onClick={() => form.removeListItem('channels', index)}
          >
            <IconX size={15} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      <Group>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => form.insertListItem('channels', { channel: null, total: '' })}
        >
          Add a channel
        </Button>
      </Group>
    </Stack>
  );
}
