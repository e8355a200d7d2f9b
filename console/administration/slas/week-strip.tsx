import { Box, Group, Stack, Text } from '@mantine/core';
import { dayName, goesOverMidnight, type SpanValues, WEEKDAYS, type Weekday, type WeekValues } from './sla-values.ts';

const MINUTES_A_DAY = 1_440;

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
const isWhole = ({ from, to }: SpanValues): boolean => from !== '' && to !== '';

/** The parts of a day with service, in minutes since midnight; what goes over midnight is cut there. */
function partsOf(hours: WeekValues, weekday: Weekday): readonly (readonly [from: number, to: number])[] {
  const before = WEEKDAYS[(WEEKDAYS.indexOf(weekday) + WEEKDAYS.length - 1) % WEEKDAYS.length] ?? 'sunday';
  const over = hours[before].filter((span) => isWhole(span) && goesOverMidnight(span));
  return [
    ...over.map(({ to }) => [0, minuteOf(to)] as const),
    ...hours[weekday].filter(isWhole).map((span) => {
      const lasts = goesOverMidnight(span) || span.to === '00:00';
      return [minuteOf(span.from), lasts ? MINUTES_A_DAY : minuteOf(span.to)] as const;
    }),
  ];
}

const share = (minutes: number): string => `${(minutes / MINUTES_A_DAY) * 100}%`;

/** The week as bars, from midnight to midnight. The fields below say the same in words. */
export const WeekStrip = ({ hours }: { readonly hours: WeekValues }) => (
  <Stack gap={3} aria-hidden>
    {WEEKDAYS.map((weekday) => (
      <Group key={weekday} gap="xs" wrap="nowrap">
        <Text size="xs" c="dimmed" w={28}>
          {dayName(weekday).slice(0, 3)}
        </Text>
        <Box flex={1} h={10} pos="relative" bg="var(--mantine-color-default-hover)" bdrs="sm">
          {partsOf(hours, weekday).map(([from, to]) => (
            <Box
              key={`${from} ${to}`}
              pos="absolute"
              h="100%"
              left={share(from)}
              w={share(Math.max(0, to - from))}
              bg="var(--mantine-primary-color-filled)"
              bdrs="sm"
            />
          ))}
        </Box>
      </Group>
    ))}
  </Stack>
);
