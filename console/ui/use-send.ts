import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { SendKeys } from './send-keys.ts';

interface Options<Answer> {
  readonly onDone?: (answer: Answer) => void;
}

/**
 * Sends a change, once. Every try of the same input carries the same idempotency key, so that a second click, or
 * another try after a lost answer, does nothing twice, even if another input was tried in between. What was
 * done gets a new key when it is sent again. After it was made everything on the screen is read again.
 */
export function useSend<Input, Answer>(
  send: (input: Input, key: string) => Promise<Answer>,
  { onDone }: Options<Answer> = {},
) {
  const queries = useQueryClient();
  const keys = useRef(new SendKeys());
  const busy = useRef(false);
  const mutation = useMutation({
    mutationFn: (input: Input) => send(input, keys.current.keyOf(input)),
    onSuccess: async (answer, input) => {
      keys.current.done(input);
      onDone?.(answer);
      await queries.invalidateQueries();
    },
    onSettled: () => {
      busy.current = false;
    },
  });
  const { mutate, isPending, error, reset } = mutation;
  return {
    /** Sends it, unless one is under way. */
    send: (input: Input) => {
      if (busy.current) return;
      busy.current = true;
      mutate(input);
    },
    isPending,
    error,
    reset,
  };
}
