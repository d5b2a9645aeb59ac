import { expect, test } from 'vitest';
import { activeQuickFilters, formatQuickFilters, type QuickFilter } from './quick-filters';

const known: QuickFilter[] = [
  { key: 'mine', label: 'Owned by me', rule: { '==': [{ var: 'owner' }, 'ann'] } },
  { key: 'open', label: 'Not completed', rule: { '!': { '==': [{ var: 'status' }, 'completed'] } } },
];

test.each([[[]], [['mine']], [['open']], [['mine', 'open']]])('%j is written and read back', (active) => {
  expect(activeQuickFilters(formatQuickFilters(active, known), known)).toEqual(active);
});

test('a filter that was built otherwise is none of them', () => {
  expect(activeQuickFilters('{"or":[]}', known)).toBeNull();
  expect(activeQuickFilters('{"and":[{"==":[{"var":"id"},3]}]}', known)).toBeNull();
});
