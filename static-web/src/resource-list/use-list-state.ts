import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { ListQuery } from '@/api/types';
import {
  changeListState,
  formatListState,
  type ListRules,
  type ListState,
  parseListState,
} from '@/lib/list-state';

export interface ListController {
  readonly state: ListState;
  readonly problems: readonly string[];
  readonly query: ListQuery;
  readonly change: (change: Partial<ListState>) => void;
}

/** A list's state in the URL; each applied change is one step of the browser's history. */
export function useListState(rules: ListRules): ListController {
  const [params, setParams] = useSearchParams();
  const { state, problems } = useMemo(() => parseListState(params, rules), [params, rules]);
  const change = useCallback(
    (next: Partial<ListState>) => setParams(formatListState(changeListState(state, next), rules)),
    [setParams, state, rules],
  );
  return { state, problems, query: toQuery(state), change };
}

function toQuery(state: ListState): ListQuery {
  return {
    page: state.page,
    page_size: state.pageSize,
    sort: state.sort,
    ...(state.search === '' ? {} : { search: state.search }),
    ...(state.filter === '' ? {} : { filter: state.filter }),
  };
}
