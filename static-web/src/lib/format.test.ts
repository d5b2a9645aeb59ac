import { expect, test } from 'vitest';
import { formatBytes, formatRelative, plural } from './format';

test('bytes change their unit at a thousand', () => {
  expect([0, 999, 1000, 1_260_000, 512_000_000, 3_000_000_000].map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '1.3 MB',
    '512 MB',
    '3.0 GB',
  ]);
});

test('moments are told relative to now', () => {
  const now = Date.parse('2026-01-05T10:00:00Z');
  expect(formatRelative('2026-01-05T09:59:40Z', now)).toBe('just now');
  expect(formatRelative('2026-01-05T09:30:00Z', now)).toBe('30 minutes ago');
  expect(formatRelative('2026-01-04T09:00:00Z', now)).toBe('yesterday');
});

test('counts carry their noun', () => {
  expect(plural(1, 'job')).toBe('1 job');
  expect(plural(1200, 'job')).toBe('1,200 jobs');
});
