import { expect, test } from 'vitest';
import { decodeMask, encodeMask } from './rle';

/** A small seeded generator (mulberry32): the same masks in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

test('the example of the contract', () => {
  const mask = decodeMask([0, 2, 1, 1, 2, 1, 3, 2]);
  expect(mask).toMatchObject({ left: 2, top: 1, width: 2, height: 2 });
  expect([...(mask?.bits ?? [])]).toEqual([1, 1, 0, 1]);
});

test('what is written is read back', () => {
  const next = random(7);
  for (let round = 0; round < 200; round++) {
    const width = 1 + Math.floor(next() * 12);
    const height = 1 + Math.floor(next() * 12);
    const density = next();
    const bits = Uint8Array.from({ length: width * height }, () => (next() < density ? 1 : 0));
    const mask = { left: Math.floor(next() * 100), top: Math.floor(next() * 100), width, height, bits };
    const points = encodeMask(mask);
    expect(points.slice(0, -4).reduce((sum, run) => sum + run, 0)).toBe(width * height);
    expect(decodeMask(points)).toEqual(mask);
  }
});

test('runs that do not fit the box stay inside it', () => {
  expect([...(decodeMask([1, 99, 0, 0, 1, 1])?.bits ?? [])]).toEqual([0, 1, 1, 1]);
  expect([...(decodeMask([1, 1, 0, 0, 1, 1])?.bits ?? [])]).toEqual([0, 1, 0, 0]);
});

test('no box, no mask', () => {
  expect(decodeMask([])).toBeNull();
  expect(decodeMask([1, 2, 3, 4])).toBeNull();
  expect(decodeMask([1, 5, 5, 4, 4])).toBeNull();
});
