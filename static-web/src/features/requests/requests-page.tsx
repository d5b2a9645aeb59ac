import { Container, Stack, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { keys } from '@/api/keys';
import { fetchRequests, isOver } from '@/api/requests';
import type { ListRules } from '@/lib/list-state';
import { ListView } from '@/resource-list/list-view';
import { useListState } from '@/resource-list/use-list-state';
import { EmptyState } from '@/ui/states';
import { useTitle } from '@/ui/use-title';
import { RequestCard } from './request-card';

const RULES: ListRules = { sortFields: [], defaultSort: '', pageSizes: [10, 20, 50, 100] };
const BUSY_POLL_MS = 1500;
const IDLE_POLL_MS = 10_000;

export function RequestsPage() {
  useTitle('Requests');
  const list = useListState(RULES);
  const query = { page: list.state.page, page_size: list.state.pageSize };
  const pages = useQuery({
    queryKey: keys.requestList(query),
    queryFn: () => fetchRequests(query),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.results.every(isOver) ? IDLE_POLL_MS : BUSY_POLL_MS),
  });
  return (
    <Container size="lg" py="lg">
      <Stack>
        <Title order={1} size="h2">
          Requests
        </Title>
        <ListView
          list={list}
          rules={RULES}
          pages={pages}
          skeletonHeight={96}
          empty={
            <EmptyState title="No requests" text="Imports, exports and new tasks show their progress here." />
          }
        >
          {(requests) => (
            <Stack gap="sm" component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Requests">
              {requests.map((request) => (
                <li key={request.id}>
                  <RequestCard request={request} />
                </li>
              ))}
            </Stack>
          )}
        </ListView>
      </Stack>
    </Container>
  );
}
