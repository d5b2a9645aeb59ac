import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError, isStatus } from '@/api/errors';
import { keys } from '@/api/keys';

const RETRIES = 2;

/** A session that ended elsewhere: the shell notices that nobody is signed in and asks, keeping the address. */
function onError(error: unknown): void {
  if (isStatus(error, 401)) queries.setQueryData(keys.self, null);
}

export const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      staleTime: 5000,
      // What the server refused stays refused; only a lost line or a failing server is asked again.
      retry: (count, error) =>
        count < RETRIES && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500),
    },
  },
});
