import type { ErrorComponentProps } from '@tanstack/react-router';
import { Page } from '../ui/page.tsx';
import { Failure } from '../ui/states.tsx';

/**
 * A page that could not be drawn or loaded. Loading the whole console again helps when it was replaced by a new version
 * while this tab was open: the files of the old one are gone.
 */
export const PageFailure = ({ error }: ErrorComponentProps) => (
  <Page title="This page could not be shown">
    <Failure error={error} onRetry={() => window.location.reload()} />
  </Page>
);
