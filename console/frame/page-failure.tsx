import type { ErrorComponentProps } from '@tanstack/react-router';
import { Page } from '../ui/page.tsx';
import { Failure } from '../ui/states.tsx';

/** How browsers name a script that a page needs and that did not come. */
const NOT_LOADED = /dynamically imported module|module script failed/i;

const NOT_LOADED_WORDS =
  'The page could not be loaded. Check your connection. If the console was replaced by a new version, loading it again helps.';

/** A page that could not be loaded or drawn. The whole console is loaded again, because its files may be new ones. */
export const PageFailure = ({ error }: ErrorComponentProps) => (
  <Page title="This page could not be shown">
    <Failure
      error={NOT_LOADED.test(String(error)) ? new Error(NOT_LOADED_WORDS) : error}
      onRetry={() => window.location.reload()}
    />
  </Page>
);
