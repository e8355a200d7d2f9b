import { ActionIcon, Kbd, Text, UnstyledButton } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';

/** It is loaded when it is first asked for. */
const SearchDialog = lazy(async () => ({ default: (await import('./search-dialog.tsx')).SearchDialog }));

const LABEL = 'Search everything';
const isApple = /mac|iphone|ipad/i.test(navigator.userAgent);

/** The search over everything: a button in the header, and Ctrl or Command with K wherever one is. */
export function SearchButton() {
  const [timesAsked, setTimesAsked] = useState(0);
  const ask = () => setTimesAsked((times) => times + 1);
  // No list of ignored fields: the keys work while one types, too.
  useHotkeys([['mod+K', ask]], []);
  return (
    <>
      <UnstyledButton
        className="search-button"
        visibleFrom="sm"
        onClick={ask}
        aria-keyshortcuts="Control+K Meta+K"
        aria-haspopup="dialog"
      >
        <IconSearch size={15} aria-hidden />
        <Text span c="dimmed">
          {LABEL}
        </Text>
        <Kbd size="xs" aria-hidden>
          {isApple ? '⌘ K' : 'Ctrl K'}
        </Kbd>
      </UnstyledButton>
      <ActionIcon hiddenFrom="sm" variant="subtle" color="gray" aria-label={LABEL} aria-haspopup="dialog" onClick={ask}>
        <IconSearch size={18} aria-hidden />
      </ActionIcon>
      {timesAsked > 0 && (
        <Suspense fallback={null}>
          <SearchDialog timesAsked={timesAsked} />
        </Suspense>
      )}
    </>
  );
}
