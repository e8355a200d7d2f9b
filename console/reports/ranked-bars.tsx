import { Box, Progress, Text } from '@mantine/core';
import { Name } from '../ui/name.tsx';
import classes from './ranked-bars.module.css';

/** One bar. */
export interface Bar {
  readonly id: string;
  readonly label: string;
  /** From 0 to 1: how much of the width the bar takes. */
  readonly share: number;
  /** The figure in words, at the end of the bar. */
  readonly figure: string;
  readonly color?: string;
}

const PERCENT = 100;
/** More bars than this are hard to compare; the table has all rows. */
const MOST = 20;

/** Bars in order of size, each with its name and figure as text, so that they need no other words. */
export function RankedBars({ label, bars }: { readonly label: string; readonly bars: readonly Bar[] }) {
  const left = bars.length - MOST;
  return (
    <Box component="figure" m={0} aria-label={label}>
      <ol className={classes.bars}>
        {bars.slice(0, MOST).map(({ id, label: name, share, figure, color = 'pine' }) => (
          <li key={id} className={classes.bar}>
            <Name size="sm" lineClamp={1}>
              {name}
            </Name>
            <Progress value={Math.min(1, Math.max(0, share)) * PERCENT} color={color} size="lg" aria-hidden />
            <Text size="sm" ta="end">
              {figure}
            </Text>
          </li>
        ))}
      </ol>
      {left > 0 && (
        <Text size="sm" c="dimmed">
          The {MOST} largest; {left} more in the table.
        </Text>
      )}
    </Box>
  );
}
