import { useDebouncedCallback } from '@mantine/hooks';
import { useLayoutEffect, useRef, useState } from 'react';

/**
 * The text of a box that filters by what stands in the address. `onChange` hears of it once the person stops typing,
 * without the spaces around it; undefined when nothing is left. Another value of the address replaces what is typed. The
 * one that came from this box does not: a space, or more, may have been typed since.
 */
export function useTypedFilter(
  value: string | undefined,
  onChange: (text: string | undefined) => void,
  waitMs: number,
) {
  const [typed, setTyped] = useState(value ?? '');
  const told = useRef(value);
  useLayoutEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setTyped(value ?? '');
  }, [value]);
  const tell = useDebouncedCallback((text: string) => {
    const trimmed = text.trim();
    told.current = trimmed === '' ? undefined : trimmed;
    onChange(told.current);
  }, waitMs);
  return {
    typed,
    type: (text: string) => {
      setTyped(text);
      tell(text);
    },
  };
}
