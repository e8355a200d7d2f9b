import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { ColumnChartProps } from './column-chart.tsx';

const HEIGHT = 220;
const ColumnChart = lazy(() => import('./column-chart.tsx'));

/** Columns over time. The chart library is loaded when the first chart is shown; its place is kept until then. */
export const LazyColumnChart = (props: ColumnChartProps) => (
  <Suspense fallback={<Skeleton height={HEIGHT} aria-hidden />}>
    <ColumnChart {...props} />
  </Suspense>
);
