import { Alert, Box, Button, Group, Pagination, Select, Skeleton, Stack } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { isStatus } from '@/api/errors';
import type { Page } from '@/api/types';
import type { ListRules } from '@/lib/list-state';
import { EmptyState, ErrorState } from '@/ui/states';
import type { ListController } from './use-list-state';

interface ListViewProps<T> {
  readonly list: ListController;
  readonly rules: ListRules;
  readonly pages: UseQueryResult<Page<T>>;
  readonly empty: ReactNode;
  readonly skeletonHeight: number;
  readonly children: (items: readonly T[]) => ReactNode;
}

/** The body of every list: skeletons first, old rows dimmed while new ones come, then rows, emptiness or the error. */
export function ListView<T>({ list, rules, pages, empty, skeletonHeight, children }: ListViewProps<T>) {
  const { state, change } = list;
  const beyondEnd = pages.isError && isStatus(pages.error, 404) && state.page > 1;
  useEffect(() => {
    if (beyondEnd) change({ page: state.page - 1 });
  }, [beyondEnd, change, state.page]);
  return (
    <Stack gap="md">
      {list.problems.length > 0 && (
        <Alert color="yellow" title="Part of this address was not understood">
          {list.problems.join(' ')}
        </Alert>
      )}
      {pages.isPending || beyondEnd ? (
        <Stack gap="sm" role="status" aria-label="Loading">
          {Array.from({ length: 4 }, (_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the place holders are all alike.
            <Skeleton key={index} height={skeletonHeight} radius="md" />
          ))}
        </Stack>
      ) : pages.isError ? (
        <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />
      ) : pages.data.results.length === 0 ? (
        <EmptyList list={list} empty={empty} />
      ) : (
        <>
          <Box style={{ opacity: pages.isPlaceholderData ? 0.55 : 1 }} aria-busy={pages.isPlaceholderData}>
            {children(pages.data.results)}
          </Box>
          <Pager list={list} rules={rules} count={pages.data.count} />
        </>
      )}
    </Stack>
  );
}

function EmptyList({ list, empty }: { list: ListController; empty: ReactNode }) {
  if (list.state.search === '' && list.state.filter === '') return empty;
  return (
    <EmptyState
      title="Nothing matches"
      text="No entry fits the search and the filters."
      action={
        <Button variant="light" mt="sm" onClick={() => list.change({ search: '', filter: '' })}>
          Clear search and filters
        </Button>
      }
    />
  );
}

function Pager({ list, rules, count }: { list: ListController; rules: ListRules; count: number }) {
  const { state, change } = list;
  const total = Math.ceil(count / state.pageSize);
  if (count <= (rules.pageSizes[0] ?? 10)) return null;
  return (
    <Group justify="center" component="nav" aria-label="Pages">
      <Pagination
        total={total}
        value={state.page}
        onChange={(page) => change({ page })}
        getItemProps={(page) => ({ 'aria-label': `Page ${page}` })}
        getControlProps={(control) => ({ 'aria-label': `${control} page` })}
      />
      <Select
        aria-label="Entries on a page"
        w={130}
        allowDeselect={false}
        data={rules.pageSizes.map((size) => ({ value: String(size), label: `${size} a page` }))}
        value={String(state.pageSize)}
        onChange={(size) => size !== null && change({ pageSize: Number(size) })}
      />
    </Group>
  );
}
