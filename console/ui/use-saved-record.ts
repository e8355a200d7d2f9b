import { useState } from 'react';
import { assertUnchanged, ChangedMeanwhile } from './changed-meanwhile.tsx';
import { useSend } from './use-send.ts';

interface Parts<Saved, Input> {
  /** The record as the form shows it; undefined: a new one. */
  readonly record: Saved | undefined;
  readonly read: (id: string) => Promise<Saved>;
  readonly save: (input: Input, key: string) => Promise<Saved>;
  readonly onDone: (saved: Saved) => void;
}

interface Known {
  readonly id: string;
  readonly updatedAt: string;
}

/**
 * Saves a record that was opened before, unless somebody else has changed it meanwhile: then `changed` is what they
 * saved, and nothing is written. `replace` saves in spite of it, `opened` takes another version as the one that is shown:
 * theirs, or that of a dialog that opens.
 */
export function useSavedRecord<Saved extends Known, Input>({ record, read, save, onDone }: Parts<Saved, Input>) {
  const [base, setBase] = useState(record);
  const { send, isPending, error, reset } = useSend(
    async ({ input, over }: { readonly input: Input; readonly over: Saved | undefined }, key: string) => {
      if (over !== undefined) assertUnchanged(over, await read(over.id));
      return await save(input, key);
    },
    {
      onDone: (saved) => {
        setBase(saved);
        onDone(saved);
      },
    },
  );
  const changed: unknown = error instanceof ChangedMeanwhile ? error.present : undefined;
  const theirs = isSameKind(record, changed) ? changed : undefined;
  const opened = (saved: Saved | undefined) => {
    setBase(saved);
    reset();
  };
  return {
    isPending,
    /** Why it was refused; not that somebody else was faster. */
    error: theirs === undefined ? error : null,
    changed: theirs,
    save: (input: Input) => send({ input, over: base }),
    replace: (input: Input, over: Saved) => {
      setBase(over);
      send({ input, over });
    },
    opened,
  };
}

/** What `ChangedMeanwhile` carries is the record that was read, so it has the id of the one that was opened. */
function isSameKind<Saved extends Known>(record: Saved | undefined, changed: unknown): changed is Saved {
  return (
    record !== undefined &&
    typeof changed === 'object' &&
    changed !== null &&
    'id' in changed &&
    changed.id === record.id
  );
}
