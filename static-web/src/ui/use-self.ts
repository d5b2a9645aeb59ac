import { useQuery } from '@tanstack/react-query';
import { fetchSelf } from '@/api/auth';
import { keys } from '@/api/keys';
import type { MetaUser } from '@/api/types';

/** The signed-in user; the shell shows no page before it is known. */
export function useSelf(): MetaUser | null {
  return useQuery({ queryKey: keys.self, queryFn: fetchSelf, staleTime: 60_000 }).data ?? null;
}
