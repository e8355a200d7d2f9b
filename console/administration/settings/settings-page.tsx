import { Alert } from '@mantine/core';
import { $api } from '../../data/api.ts';
import { useMay } from '../../data/me.ts';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { SettingsForm } from './settings-form.tsx';

/** The settings of the organisation. */
export function SettingsPage() {
  const settings = $api.useQuery('get', '/v1/settings');
  const mayChange = useMay('changeSettings');
  return (
    <Page title="Settings" subtitle="They hold for the whole organisation, from the next case or entitlement on.">
      <QueryView query={settings}>
        {(read) => (
          <>
            {!mayChange && (
              <Alert color="gray" variant="light">
                Your role may read the settings. Administrators and customizers change them.
              </Alert>
            )}
            <SettingsForm settings={read} isReadOnly={!mayChange} />
          </>
        )}
      </QueryView>
    </Page>
  );
}
