import '@mantine/spotlight/styles.css';
import { Group, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { $api } from '../data/api.ts';
import { wordsOf } from '../data/api-problem.ts';
import { useMe } from '../data/me.ts';
import { Name } from '../ui/name.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { groupsOf, type SearchResult } from './search-results.ts';
import { type Target, targetsFor, targetsNamed } from './search-targets.ts';

const TYPING_MS = 200;
/** The API finds nothing by a single letter. */
const MIN_LETTERS = 2;
const LIST_ID = 'search-results';
const LABEL = 'Search customers, entitlements, cases and pages';

const [store, spotlight] = createSpotlight();

/** The search over everything. It opens each time that `timesAsked` grows. */
export function SearchDialog({ timesAsked }: { readonly timesAsked: number }) {
  const [typed, setTyped] = useState('');
  // biome-ignore lint/correctness/useExhaustiveDependencies: each time that it is asked for, it opens.
  useEffect(() => spotlight.open(), [timesAsked]);
  return (
    <Spotlight.Root
      store={store}
      shortcut={null}
      query={typed}
      onQueryChange={setTyped}
      scrollable
      maxHeight="60vh"
      attributes={{ content: { 'aria-label': LABEL } }}
    >
      <Found text={typed.trim()} />
    </Spotlight.Root>
  );
}

function Found({ text }: { readonly text: string }) {
  const me = useMe();
  const { found, isSearching, error } = useFound(text);
  const targets: readonly Target[] = targetsNamed(targetsFor(me?.permissions ?? []), text);
  const groups = groupsOf(found, targets);
  const results = groups.flatMap((group) => group.results);
  const { chosen, follow } = useChosen(results);
  return (
    <>
      <Spotlight.Search
        aria-label={LABEL}
        placeholder="A name, an id, or where to go"
        leftSection={<IconSearch size={18} aria-hidden />}
        maxLength={200}
        onKeyDown={follow}
        role="combobox"
        aria-expanded={results.length > 0}
        aria-controls={LIST_ID}
        aria-activedescendant={chosen === undefined ? undefined : idOf(chosen)}
      />
      {error !== null && (
        <Text role="alert" px="md" py="xs">
          {wordsOf(error)}
        </Text>
      )}
      {results.length > 0 ? (
        <Spotlight.ActionsList id={LIST_ID} role="listbox" aria-label="Results">
          {groups.map((group) => (
            <Spotlight.ActionsGroup key={group.label} label={group.label} role="group" aria-label={group.label}>
              {group.results.map((result) => (
                <ResultLine key={result.key} result={result} isChosen={result === chosen} />
              ))}
            </Spotlight.ActionsGroup>
          ))}
        </Spotlight.ActionsList>
      ) : (
        <Spotlight.Empty role="status">
          {isSearching ? (
            'Searching…'
          ) : (
            <>
              Nothing has “<bdi>{text}</bdi>” in its name, and nothing has that id.
            </>
          )}
        </Spotlight.Empty>
      )}
    </>
  );
}

/** What the API finds once the person stops typing. What was found before stays until the next answer comes. */
function useFound(text: string) {
  const [settled] = useDebouncedValue(text, TYPING_MS);
  const isEnough = settled.length >= MIN_LETTERS;
  const answer = $api.useQuery(
    'get',
    '/v1/search',
    { params: { query: { q: settled } } },
    { enabled: isEnough, placeholderData: (before) => before },
  );
  const isLong = text.length >= MIN_LETTERS;
  return {
    found: isLong && isEnough ? answer.data : undefined,
    isSearching: isLong && (settled !== text || answer.isFetching),
    error: isLong && isEnough ? answer.error : null,
  };
}

/**
 * The result that Enter opens, and what follows the arrow keys: Spotlight moves its mark itself and tells nobody, so its
 * place is read once it has handled the key. The first result is chosen whenever the results change.
 */
function useChosen(results: readonly SearchResult[]) {
  const [place, setPlace] = useState(0);
  const keys = results.map(({ key }) => key).join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list is drawn anew when the keys of its lines change.
  useEffect(() => {
    store.updateState((state) => ({ ...state, selected: 0 }));
    setPlace(0);
  }, [keys]);
  const follow = () => queueMicrotask(() => setPlace(Math.max(0, store.getState().selected)));
  return { chosen: results[place], follow };
}

const idOf = ({ key }: SearchResult): string => `${LIST_ID} ${key}`.replaceAll(/\W/g, '-');

function ResultLine({ result, isChosen }: { readonly result: SearchResult; readonly isChosen: boolean }) {
  const { to, label, about, status } = result;
  const navigate = useNavigate();
  return (
    <Spotlight.Action
      // Spotlight takes no id of its lines.
      ref={(line) => line?.setAttribute('id', idOf(result))}
      role="option"
      aria-selected={isChosen}
      // By this attribute Spotlight finds what Enter opens.
      data-selected={isChosen || undefined}
      onClick={() => void navigate({ href: to })}
    >
      <Group justify="space-between" wrap="nowrap" gap="sm" w="100%">
        <Stack gap={0} miw={0}>
          <Name lineClamp={1}>{label}</Name>
          {about !== undefined && (
            <Name lineClamp={1} fz="sm">
              {about}
            </Name>
          )}
        </Stack>
        {status !== undefined && <StatusBadge status={status} />}
      </Group>
    </Spotlight.Action>
  );
}
