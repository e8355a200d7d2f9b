import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Failure, Loading } from './states.tsx';

interface QueryViewProps<Data> {
  readonly query: UseQueryResult<Data, unknown>;
  /** Shown until the first answer; rows of grey by default. */
  readonly loading?: ReactNode;
  readonly children: (data: Data) => ReactNode;
}

/**
 * What a query read, or its state: loading, refused, offline. What was read before stays on the screen when reading it
 * again fails; a line above says so.
 */
export function QueryView<Data>({ query, loading = <Loading />, children }: QueryViewProps<Data>) {
  const failure = query.error === null ? null : <Failure error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return failure ?? loading;
  return (
    <>
      {failure}
      {children(query.data)}
    </>
  );
}
