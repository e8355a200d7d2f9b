import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';

const TYPING_MS = 200;
/** The API searches by this many letters and more. */
const SHORTEST = 2;

/** What a person types into a picker, and what the API is asked for. */
export interface PickerSearch {
  readonly typed: string;
  /** The query of a list: nothing while too little was typed. Waits until the person stops typing. */
  readonly query: { readonly q?: string };
  /** The list that is shown may not be of the typed text yet. */
  readonly isBehind: boolean;
  /** `isSearch` is false when the text is the name of what was chosen: that narrows nothing. */
  readonly change: (text: string, isSearch: boolean) => void;
}

export function usePickerSearch(): PickerSearch {
  const [typed, setTyped] = useState('');
  const [searched, setSearched] = useState('');
  const [asked] = useDebouncedValue(searched.trim(), TYPING_MS);
  return {
    typed,
    isBehind: searched.trim() !== asked || asked.length < SHORTEST,
    query: asked.length < SHORTEST ? {} : { q: asked },
    change: (text, isSearch) => {
      setTyped(text);
      setSearched(isSearch ? text : '');
    },
  };
}
