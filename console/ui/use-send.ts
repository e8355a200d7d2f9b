import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { newIdempotencyKey } from '../../client/persistent-fetch.ts';

interface Options<Answer> {
  readonly onDone?: (answer: Answer) => void;
}

/**
 * Sends a change, once. Every try of the same input carries the same idempotency key, so that a second click, or
 * another try after a lost answer, does nothing twice; a new input, or the next change after a success, gets a new key.
 * After it was made everything on the screen is read again.
 */
export function useSend<Input, Answer>(
  send: (input: Input, key: string) => Promise<Answer>,
  { onDone }: Options<Answer> = {},
) {
  const queries = useQueryClient();
  const attempt = useRef<{ readonly of: string; readonly key: string } | null>(null);
  const busy = useRef(false);
  const mutation = useMutation({
    mutationFn: (input: Input) => {
      const of = JSON.stringify(input);
      if (attempt.current?.of !== of) attempt.current = { of, key: newIdempotencyKey() };
      return send(input, attempt.current.key);
    },
    onSuccess: async (answer) => {
      attempt.current = null;
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
