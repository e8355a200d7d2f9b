import '@mantine/charts/styles.css';
import { BarChart } from '@mantine/charts';

/** One kind of figure in every column. */
export interface Series {
  /** The field of the rows. */
  readonly name: string;
  readonly label: string;
  /** A colour of the theme: `pine.6`. */
  readonly color: string;
}

export interface ColumnChartProps {
  /** What the chart shows, in words, for those who cannot see it; the figures stand in the table beside it. */
  readonly summary: string;
  /** One column each, with its `label` and the figures of all series. */
  readonly rows: readonly Readonly<Record<string, string | number>>[];
  readonly series: readonly Series[];
  /** How figures are written in the tooltip and at the axis. */
  readonly figure?: (value: number) => string;
}

const HEIGHT = 220;

/** Columns over time, one on another. Load it lazily: the chart library comes with it. */
export default function ColumnChart({ summary, rows, series, figure }: ColumnChartProps) {
  return (
    <div role="img" aria-label={summary}>
      {/* One image to assistive technology; the keyboard has the table. */}
      <div aria-hidden>
        <BarChart
          h={HEIGHT}
          type="stacked"
          data={rows.map((row) => ({ ...row }))}
          dataKey="label"
          series={series.map((one) => ({ ...one }))}
          withLegend={series.length > 1}
          tickLine="none"
          gridAxis="x"
          {...(figure === undefined ? {} : { valueFormatter: figure })}
          yAxisProps={{ allowDecimals: false }}
          barChartProps={{ accessibilityLayer: false }}
          barProps={{ isAnimationActive: false }}
          maxBarWidth={48}
        />
      </div>
    </div>
  );
}
