import { expect, test } from 'vitest';
import { changeListState, formatListState, type ListState, parseListState } from './list-state';

const rules = { sortFields: ['id', 'name', 'updated_date'], defaultSort: '-id', pageSizes: [10, 20, 50] };
const parse = (query: string) => parseListState(new URLSearchParams(query), rules);

test('an empty address is the default list', () => {
  expect(parse('')).toEqual({
    state: { search: '', filter: '', sort: '-id', page: 1, pageSize: 10 },
    problems: [],
  });
});

test('what is written is read back, whatever the values', () => {
  for (const search of ['', 'red car', 'ä & b=c', '100%', '"x"'])
    for (const page of [1, 2, 99])
      for (const pageSize of rules.pageSizes)
        for (const sort of ['-id', 'name', '-updated_date,id']) {
          const state: ListState = { search, filter: '{"==":[{"var":"owner"},"ann"]}', sort, page, pageSize };
          expect(parseListState(formatListState(state, rules), rules)).toEqual({ state, problems: [] });
        }
});

test('broken values fall back and are named', () => {
  const { state, problems } = parse('page=-3&sort=colour&filter=[1]&pageSize=x');
  expect(state).toEqual({ search: '', filter: '', sort: '-id', page: 1, pageSize: 10 });
  expect(problems).toHaveLength(4);
});

test('a size that the list does not offer becomes its first', () => {
  expect(parse('pageSize=7').state.pageSize).toBe(10);
});

test('a new search leads to the first page, a new page keeps the search', () => {
  const state = parse('search=car&page=4').state;
  expect(changeListState(state, { search: 'bus' })).toMatchObject({ search: 'bus', page: 1 });
  expect(changeListState(state, { page: 5 })).toMatchObject({ search: 'car', page: 5 });
});
