import { ActionIcon, Anchor, Group, Paper, SimpleGrid, Stack, Text, Tooltip } from '@mantine/core';
import { IconTable } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { instantText, numberText } from '../ui/format.ts';
import { FIGURE_WORDS, type Figure } from './figure-words.ts';
import { Sparkline } from './sparkline.tsx';

/** The headline figures, and the weeks of the one that the address names. */
export function Figures({ figures }: { readonly figures: readonly Figure[] }) {
  const { figure: chosen } = useSearch({ from: '/shell/' });
  const shown = figures.find(({ name }) => name === chosen);
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} spacing="sm">
        {figures.map((figure) => (
          <FigureCard key={figure.name} figure={figure} isShown={figure === shown} />
        ))}
      </SimpleGrid>
      {shown !== undefined && <Weeks figure={shown} />}
    </Stack>
  );
}

function FigureCard({ figure, isShown }: { readonly figure: Figure; readonly isShown: boolean }) {
  const { name, value, trend } = figure;
  const { label, when, counts, to } = FIGURE_WORDS[name];
  const navigate = useNavigate({ from: '/' });
  const switchWeeks = () =>
    void navigate({ search: { figure: isShown ? undefined : name }, replace: true, resetScroll: false });
  const words = isShown ? `Hide the weeks: ${label}` : `Show the weeks: ${label}`;
  return (
    <Paper withBorder p="md" component="section" aria-label={label}>
      <Group justify="space-between" align="flex-start" wrap="nowrap" gap="xs">
        <Text fw={600}>
          {to === undefined ? (
            label
          ) : (
            <Anchor component={Link} to={to} c="inherit">
              {label}
            </Anchor>
          )}
        </Text>
        <Tooltip label={words}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={words}
            aria-expanded={isShown}
            onClick={switchWeeks}
          >
            <IconTable size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Group>
      <Group justify="space-between" align="flex-end" gap="xs">
        <Text fz={30} fw={620} lh={1.2}>
          {numberText(value)}
        </Text>
        <Sparkline values={trend.map((week) => week.value)} shape={counts === 'in the week' ? 'bars' : 'line'} />
      </Group>
      <Text c="dimmed" fz="sm">
        {when}; {changeText(figure)}
      </Text>
    </Paper>
  );
}

/** How the last week compares with the one before. */
function changeText({ value, trend }: Figure): string {
  const change = value - (trend.at(-2)?.value ?? value);
  if (change === 0) return 'as in the week before';
  return `${numberText(Math.abs(change))} ${change > 0 ? 'more' : 'fewer'} than the week before`;
}

type Week = Figure['trend'][number];

function Weeks({ figure: { name, trend } }: { readonly figure: Figure }) {
  const { label, counts } = FIGURE_WORDS[name];
  const columns: readonly Column<Week>[] = [
    { id: 'since', header: 'Week from', cell: ({ since }) => instantText(since) },
    { id: 'until', header: 'Until', cell: ({ until }) => instantText(until) },
    { id: 'value', header: `${label} ${counts}`, figures: true, cell: ({ value }) => numberText(value) },
  ];
  return (
    <DataTable
      caption={`${label}: the last 8 weeks`}
      columns={columns}
      rows={trend.toReversed()}
      idOf={({ since }) => since}
    />
  );
}
