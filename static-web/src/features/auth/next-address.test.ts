import { expect, test } from 'vitest';
import { nextAddress } from './next-address';

test.each([
  ['/tasks/3?frame=1', '/tasks/3?frame=1'],
  ['', '/tasks'],
  ['https://evil.example/', '/tasks'],
  ['//evil.example/', '/tasks'],
  ['/\\evil.example', '/tasks'],
  ['/auth/login', '/tasks'],
])('%s leads to %s', (next, expected) => {
  expect(nextAddress(new URLSearchParams({ next }))).toBe(expected);
});
