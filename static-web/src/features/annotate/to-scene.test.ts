import { expect, test } from 'vitest';
import type { LabeledData } from '@/api/types';
import { skeletonEdges, toScene } from './to-scene';

const shape = (id: number, frame: number, more: object = {}) => ({
  id,
  frame,
  label_id: 1,
  type: 'rectangle',
  points: [0, 0, 1, 1],
  ...more,
});

test('a frame shows its own shapes, lowest first, and the tracks that pass', () => {
  const data = {
    shapes: [shape(1, 0, { z_order: 5 }), shape(2, 0), shape(3, 1), shape(4, 0, { outside: true })],
    tracks: [
      {
        id: 9,
        frame: 0,
        label_id: 2,
        shapes: [shape(1, 0), shape(2, 2, { points: [2, 2, 3, 3] }), shape(3, 3, { outside: true })],
      },
    ],
  } as unknown as LabeledData;
  expect(toScene(data, 0).map(({ key }) => key)).toEqual(['shape-2', 'track-9', 'shape-1']);
  expect(toScene(data, 1).find(({ key }) => key === 'track-9')?.points).toEqual([1, 1, 2, 2]);
  expect(toScene(data, 3)).toEqual([]);
});

test('edges of a skeleton join the labels of their nodes', () => {
  const svg =
    '<line x1="1" data-type="edge" data-node-from="1" data-node-to="2"></line>' +
    '<circle r="1" data-type="element node" data-element-id="1" data-node-id="1" data-label-id="41"></circle>' +
    '<circle r="1" data-type="element node" data-element-id="2" data-node-id="2" data-label-id="42"></circle>';
  expect(skeletonEdges(svg)).toEqual([[41, 42]]);
});
