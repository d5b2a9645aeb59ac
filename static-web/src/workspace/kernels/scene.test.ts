import { expect, test } from 'vitest';
import { hitsShape, type SceneShape, shapeBox, topmostAt } from './scene';
import { imagePoint } from './units';

const shape = (type: SceneShape['type'], points: number[], more: Partial<SceneShape> = {}): SceneShape => ({
  key: `${type}-${points}`,
  id: 1,
  kind: 'shape',
  type,
  labelId: 1,
  points,
  rotation: 0,
  occluded: false,
  zOrder: 0,
  elements: [],
  ...more,
});

test.each([
  ['rectangle', [0, 0, 10, 10], [5, 5], [15, 5]],
  ['polygon', [0, 0, 10, 0, 0, 10], [2, 2], [8, 8]],
  ['ellipse', [50, 40, 60, 30], [55, 40], [59, 31]],
  ['polyline', [0, 0, 10, 0], [5, 1], [5, 5]],
  ['points', [3, 3, 9, 9], [9, 8], [6, 6]],
  ['mask', [0, 2, 1, 1, 2, 1, 3, 2], [2.5, 1.5], [2.5, 2.5]],
] as const)('%s is hit inside only', (type, points, inside, outside) => {
  expect(hitsShape(shape(type, [...points]), imagePoint(inside[0], inside[1]), 2)).toBe(true);
  expect(hitsShape(shape(type, [...points]), imagePoint(outside[0], outside[1]), 2)).toBe(false);
});

test('the last drawn object wins', () => {
  const shapes = [shape('rectangle', [0, 0, 10, 10]), shape('rectangle', [5, 5, 15, 15])];
  expect(topmostAt(shapes, imagePoint(7, 7), 1)).toBe(shapes[1]);
  expect(topmostAt(shapes, imagePoint(2, 2), 1)).toBe(shapes[0]);
  expect(topmostAt(shapes, imagePoint(40, 2), 1)).toBeNull();
});

test('boxes of masks, rotated rectangles and skeletons', () => {
  expect(shapeBox(shape('mask', [0, 4, 2, 1, 3, 2]))).toEqual({ left: 2, top: 1, right: 4, bottom: 3 });
  const turned = shapeBox(shape('rectangle', [0, 0, 20, 10], { rotation: 90 }));
  expect(turned?.right).toBeCloseTo(15);
  const skeleton = shape('skeleton', [], { elements: [shape('points', [7, 8]), shape('points', [9, 3])] });
  expect(shapeBox(skeleton)).toEqual({ left: 7, top: 3, right: 9, bottom: 8 });
  expect(shapeBox(shape('skeleton', []))).toBeNull();
});
