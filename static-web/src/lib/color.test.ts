import { expect, test } from 'vitest';
import { contrast, nextLabelColor, parseColor, readableTextColor } from './color';

test('text on any label colour reaches the contrast of WCAG AA', () => {
  for (let red = 0; red < 256; red += 15)
    for (let green = 0; green < 256; green += 15)
      for (let blue = 0; blue < 256; blue += 15) {
        const hex = `#${[red, green, blue].map((value) => value.toString(16).padStart(2, '0')).join('')}`;
        expect(contrast(parseColor(hex), parseColor(readableTextColor(hex)))).toBeGreaterThanOrEqual(4.5);
      }
});

test('black on white has the ratio 21', () => {
  expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21);
});

test('new labels take a colour that is free', () => {
  const taken: string[] = [];
  for (let index = 0; index < 10; index++) taken.push(nextLabelColor(taken));
  expect(new Set(taken).size).toBe(10);
});
