import { Shell } from './shell.tsx';
import { SignedIn } from './signed-in.tsx';

/** The frame of all pages with the menu, for those who are signed in. */
export const SignedInShell = () => (
  <SignedIn>
    <Shell />
  </SignedIn>
);
