import { QueryClient } from '@tanstack/react-query';
import { NoAnswer, Refused } from './api-problem.ts';

/** Within this time a page that is opened again shows what was read, without asking. */
const FRESH_MS = 5_000;
const MOST_TRIES = 2;

/** Only what may pass by itself is read again: a lost answer, `unavailable`. A refusal stays a refusal. */
const mayPass = (error: Error): boolean =>
  error instanceof NoAnswer || (error instanceof Refused && error.problem.code === 'unavailable');

/** Reads are kept and shared between the parts of a page. Changes are never repeated by themselves. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      retry: (failures, error) => mayPass(error) && failures < MOST_TRIES,
      // A read that fails must say so at once, also when the browser believes that it is offline.
      networkMode: 'always',
    },
    mutations: { retry: false, networkMode: 'always' },
  },
});
