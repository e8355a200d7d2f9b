import { createRootRoute, createRoute } from '@tanstack/react-router';
import { NotFound } from './not-found.tsx';
import { SignedInShell } from './signed-in-shell.tsx';

export const rootRoute = createRootRoute({ notFoundComponent: NotFound });

/** The parent of all pages with the menu. Pages for other systems' frames hang from `rootRoute`. */
export const shellRoute = createRoute({ getParentRoute: () => rootRoute, id: 'shell', component: SignedInShell });
