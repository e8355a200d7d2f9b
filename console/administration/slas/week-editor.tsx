import { ActionIcon, Box, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useId, useRef } from 'react';
import {
  dayAfter,
  dayName,
  goesOverMidnight,
  OFFICE_HOURS,
  type SpanValues,
  WEEKDAYS,
  type Weekday,
  type WeekValues,
} from './sla-values.ts';
import { WeekStrip } from './week-strip.tsx';

interface WeekEditorProps {
  readonly hours: WeekValues;
  /** What is wrong, by `hours.monday.0.from`. */
  readonly errors: Readonly<Record<string, ReactNode>>;
  readonly onChange: (hours: WeekValues) => void;
}

const MOST_SPANS = 12;
const NEW_SPAN: SpanValues = { from: '09:00', to: '17:00' };
const WORKING: readonly Weekday[] = ['tuesday', 'wednesday', 'thursday', 'friday'];

/**
 * The hours of service of each day, as spans of two times. All of it is fields and buttons, so the keyboard does
 * everything; the strip above shows the same week as a picture.
 */
export function WeekEditor({ hours, errors, onChange }: WeekEditorProps) {
  const change = (weekday: Weekday, spans: readonly SpanValues[]) => onChange({ ...hours, [weekday]: spans });
  const copyMonday = () =>
    onChange({ ...hours, ...Object.fromEntries(WORKING.map((weekday) => [weekday, hours.monday])) });
  return (
    <Stack gap="sm">
      <WeekStrip hours={hours} />
      {WEEKDAYS.map((weekday) => (
        <DayRow
          key={weekday}
          weekday={weekday}
          spans={hours[weekday]}
          errors={errors}
          onChange={(spans) => change(weekday, spans)}
        />
      ))}
      {errors.hours !== undefined && (
        <Text c="red" role="alert">
          {errors.hours}
        </Text>
      )}
      <Text size="sm" c="dimmed">
        A span that ends at 00:00 lasts until midnight. One that ends before it begins goes on over midnight into the
        next day.
      </Text>
      <Group gap="xs">
        <Button variant="default" size="xs" onClick={copyMonday}>
          Copy Monday to Tuesday to Friday
        </Button>
        <Button variant="default" size="xs" onClick={() => onChange(OFFICE_HOURS)}>
          Use office hours, 09:00 to 17:00
        </Button>
      </Group>
    </Stack>
  );
}

interface DayRowProps {
  readonly weekday: Weekday;
  readonly spans: readonly SpanValues[];
  readonly errors: Readonly<Record<string, ReactNode>>;
  readonly onChange: (spans: readonly SpanValues[]) => void;
}

function DayRow({ weekday, spans, errors, onChange }: DayRowProps) {
  const name = dayName(weekday);
  const id = useId();
  const row = useRef<HTMLDivElement>(null);
  const add = useRef<HTMLButtonElement>(null);
  const focusLast = () =>
    requestAnimationFrame(() => [...(row.current?.querySelectorAll('input') ?? [])].at(-2)?.focus());
  return (
    <Group ref={row} role="group" aria-labelledby={id} align="flex-start" gap="sm" wrap="wrap">
      <Text id={id} w={{ base: '100%', sm: 92 }} pt={6}>
        {name}
      </Text>
      <Box flex="1 1 12rem" miw={0}>
        <Group gap="sm" align="flex-start">
          {spans.length === 0 && (
            <Text c="dimmed" pt={6}>
              Closed
            </Text>
          )}
          {spans.map((span, index) => (
            <SpanFields
              // Spans have no names of their own.
              // biome-ignore lint/suspicious/noArrayIndexKey: the fields hold nothing that the values do not.
              key={index}
              label={`${name}, span ${index + 1}`}
              nextDay={dayName(dayAfter(weekday))}
              span={span}
              error={
                errors[`hours.${weekday}.${index}.from`] ??
                errors[`hours.${weekday}.${index}.to`] ??
                (index === 0 ? errors[`hours.${weekday}`] : undefined)
              }
              onChange={(next) => onChange(spans.map((one, at) => (at === index ? next : one)))}
              onRemove={() => {
                onChange(spans.filter((_, at) => at !== index));
                add.current?.focus();
              }}
            />
          ))}
          <Button
            ref={add}
            variant="subtle"
            size="xs"
            mt={3}
            disabled={spans.length >= MOST_SPANS}
            leftSection={<IconPlus size={13} aria-hidden />}
            aria-label={`Add hours on ${name}`}
            onClick={() => {
              onChange([...spans, nextSpan(spans)]);
              focusLast();
            }}
          >
            Add
          </Button>
        </Group>
      </Box>
    </Group>
  );
}

/** The hours after the last span, or nine to five on a day without one. */
function nextSpan(spans: readonly SpanValues[]): SpanValues {
  const last = spans.at(-1);
  return last === undefined || last.to === '00:00' || goesOverMidnight(last)
    ? NEW_SPAN
    : { from: last.to, to: '00:00' };
}

interface SpanFieldsProps {
  readonly label: string;
  readonly nextDay: string;
  readonly span: SpanValues;
  readonly error: ReactNode;
  readonly onChange: (span: SpanValues) => void;
  readonly onRemove: () => void;
}

function SpanFields({ label, nextDay, span, error, onChange, onRemove }: SpanFieldsProps) {
  return (
    <Stack gap={2}>
      <Group gap={4}>
        <TextInput
          type="time"
          aria-label={`${label}, from`}
          w={112}
          value={span.from}
          error={error !== undefined}
          onChange={({ currentTarget }) => onChange({ ...span, from: currentTarget.value })}
        />
        <span aria-hidden>–</span>
        <TextInput
          type="time"
          aria-label={`${label}, to`}
          w={112}
          value={span.to}
          error={error !== undefined}
          onChange={({ currentTarget }) => onChange({ ...span, to: currentTarget.value })}
        />
        <ActionIcon variant="subtle" color="gray" aria-label={`Remove ${label}`} onClick={onRemove}>
          <IconX size={14} aria-hidden />
        </ActionIcon>
      </Group>
      {goesOverMidnight(span) && (
        <Text size="xs" c="dimmed">
          until {span.to} on {nextDay}
        </Text>
      )}
      {error !== undefined && (
        <Text size="xs" c="red" role="alert">
          {error}
        </Text>
      )}
    </Stack>
  );
}
