import { Button, Group, Pill, Stack, Text, TextInput } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';
import { dayText } from '../../ui/format.ts';

interface HolidaysEditorProps {
  readonly holidays: readonly string[];
  readonly onChange: (holidays: readonly string[]) => void;
}

/** The days without service. */
export function HolidaysEditor({ holidays, onChange }: HolidaysEditorProps) {
  const [day, setDay] = useState('');
  const isKnown = holidays.includes(day);
  const add = () => {
    if (day === '' || isKnown) return;
    onChange([...holidays, day].sort());
    setDay('');
  };
  const addByEnter = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    add();
  };
  return (
    <Stack gap="xs">
      <Group gap="xs" align="flex-end">
        <TextInput
          type="date"
          label="Holiday"
          description="A day without service"
          value={day}
          error={isKnown ? 'This day is listed already' : undefined}
          onChange={({ currentTarget }) => setDay(currentTarget.value)}
          onKeyDown={addByEnter}
        />
        <Button variant="default" onClick={add}>
          Add the holiday
        </Button>
      </Group>
      {holidays.length === 0 ? (
        <Text c="dimmed">No holidays</Text>
      ) : (
        <Group component="ul" gap={6} m={0} p={0} aria-label="Holidays">
          {holidays.map((holiday) => (
            <Pill
              key={holiday}
              component="li"
              withRemoveButton
              onRemove={() => onChange(holidays.filter((one) => one !== holiday))}
              removeButtonProps={{ 'aria-label': `Remove ${dayText(holiday)}`, 'aria-hidden': false, tabIndex: 0 }}
            >
              {dayText(holiday)}
            </Pill>
          ))}
        </Group>
      )}
    </Stack>
  );
}
