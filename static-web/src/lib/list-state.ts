/** What a list shows; the URL is its only home, so that a link brings the same list back. */
export interface ListState {
  readonly search: string;
  /** JSON logic, as the API takes it; empty: none. */
  readonly filter: string;
  /** Field names in order of weight, a leading minus for descending, parted by commas. */
  readonly sort: string;
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
}

export interface ListRules {
  readonly sortFields: readonly string[];
  readonly defaultSort: string;
  readonly pageSizes: readonly number[];
}

export interface ParsedListState {
  readonly state: ListState;
  /** One sentence for each value that was not understood; the default stands in its place. */
  readonly problems: readonly string[];
}

/** Reads a list's state from the URL. Unknown values never empty the list: they fall back and are named. */
export function parseListState(params: URLSearchParams, rules: ListRules): ParsedListState {
  const problems: string[] = [];
  const firstSize = rules.pageSizes[0] ?? 10;
  const page = positiveInteger(params.get('page'), 1, 'page', problems);
  const size = positiveInteger(params.get('pageSize'), firstSize, 'pageSize', problems);
  const pageSize = rules.pageSizes.includes(size) ? size : firstSize;
  return {
    state: {
      search: params.get('search') ?? '',
      filter: parseFilter(params.get('filter'), problems),
      sort: parseSort(params.get('sort'), rules, problems),
      page,
      pageSize,
    },
    problems,
  };
}

/** Writes a list's state; defaults are left out to keep links short. */
export function formatListState(state: ListState, rules: ListRules): URLSearchParams {
  const params = new URLSearchParams();
  if (state.search !== '') params.set('search', state.search);
  if (state.filter !== '') params.set('filter', state.filter);
  if (state.sort !== rules.defaultSort) params.set('sort', state.sort);
  if (state.page !== 1) params.set('page', String(state.page));
  if (state.pageSize !== (rules.pageSizes[0] ?? 10)) params.set('pageSize', String(state.pageSize));
  return params;
}

/** Any change but that of the page leads back to the first page. */
export function changeListState(state: ListState, change: Partial<ListState>): ListState {
  return { ...state, page: 1, ...change };
}

function parseSort(text: string | null, rules: ListRules, problems: string[]): string {
  if (text === null || text === '') return rules.defaultSort;
  const unknown = text.split(',').filter((field) => !rules.sortFields.includes(field.replace(/^-/, '')));
  if (unknown.length === 0) return text;
  problems.push(`This list cannot be sorted by "${unknown.join(', ')}".`);
  return rules.defaultSort;
}

function parseFilter(text: string | null, problems: string[]): string {
  if (text === null || text === '') return '';
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return text;
  } catch {
    // Named below, together with JSON that is no object.
  }
  problems.push('The filter in the address is not readable.');
  return '';
}

function positiveInteger(text: string | null, fallback: number, name: string, problems: string[]): number {
  if (text === null || text === '') return fallback;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  problems.push(`"${text}" is no ${name}.`);
  return fallback;
}
