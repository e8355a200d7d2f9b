import { pageNonce } from './page-policy.ts';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './theme/base.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './data/query-client.ts';
import { renewBy } from './data/token-renewal.ts';
import { explainMissingFiles } from './page-files.ts';
import { router } from './router.ts';
import { readableWarnings, theme } from './theme/theme.ts';

// The code that speaks with the issuer is loaded when a token runs out for the first time.
renewBy(async (refreshToken) => (await import('./sign-in/openid.ts')).renewedSession(refreshToken));

explainMissingFiles();

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element with the id root.');
createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={readableWarnings}
      defaultColorScheme="auto"
      getStyleNonce={() => pageNonce}
    >
      <QueryClientProvider client={queryClient}>
        <Notifications />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
