import type { ErrorComponentProps } from '@tanstack/react-router';
import { Page } from '../ui/page.tsx';
import { Failure } from '../ui/states.tsx';

/** A page that could not be loaded or drawn. The whole console is loaded again, because its files may be new ones. */
export const PageFailure = ({ error }: ErrorComponentProps) => (
  <Page title="This page could not be shown">
    <Failure error={error} onRetry={() => window.location.reload()} />
  </Page>
);
