import { Box } from '@mantine/core';

const WIDTH = 120;
const HEIGHT = 30;
const GAP = 3;
/** A week without anything still has a line at the bottom. */
const LOWEST = 1;

interface SparklineProps {
  readonly values: readonly number[];
  /** Bars for what came in each week, a line for what was there at its end. */
  readonly shape: 'bars' | 'line';
}

/** How a figure went, without numbers: the table beside it has them, so screen readers skip the picture. */
export function Sparkline({ values, shape }: SparklineProps) {
  const top = Math.max(...values, 1);
  const heightOf = (value: number) => LOWEST + (value / top) * (HEIGHT - 2 * LOWEST);
  const step = WIDTH / values.length;
  return (
    <Box
      component="svg"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      w={WIDTH}
      h={HEIGHT}
      c="var(--mantine-primary-color-filled)"
      aria-hidden
    >
      {shape === 'bars' ? (
        values.map((value, week) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a week has no other name than its place.
            key={week}
            x={week * step + GAP / 2}
            y={HEIGHT - heightOf(value)}
            width={step - GAP}
            height={heightOf(value)}
            rx={1}
            fill="currentColor"
            opacity={week === values.length - 1 ? 1 : 0.55}
          />
        ))
      ) : (
        <polyline
          points={values
            .map((value, week) => `${week * step + step / 2},${HEIGHT - heightOf(value) - LOWEST / 2}`)
            .join(' ')}
          fill="none"
          stroke="currentColor"
          strokeWidth={2}
          strokeLinejoin="round"
          strokeLinecap="round"
        />
      )}
    </Box>
  );
}
