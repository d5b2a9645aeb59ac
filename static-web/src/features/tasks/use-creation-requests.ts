import { useQuery } from '@tanstack/react-query';
import { keys } from '@/api/keys';
import { fetchRequests } from '@/api/requests';
import type { BackgroundRequest } from '@/api/types';

const POLL_MS = 2000;
const NEWEST = { page: 1, page_size: 100 };
const NONE: ReadonlyMap<number, BackgroundRequest> = new Map();

/** The background requests that make frames of uploaded files, by task; asked only while some task has none. */
export function useCreationRequests(wanted: boolean): ReadonlyMap<number, BackgroundRequest> {
  const requests = useQuery({
    queryKey: keys.requestList(NEWEST),
    queryFn: () => fetchRequests(NEWEST),
    enabled: wanted,
    refetchInterval: wanted ? POLL_MS : false,
  });
  if (!wanted || !requests.data) return NONE;
  const creations = requests.data.results.filter((request) => request.operation.type === 'create:task');
  return new Map(creations.map((request) => [request.operation.task_id ?? 0, request]));
}
