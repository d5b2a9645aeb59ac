import { expect, test } from 'vitest';
import { blendAngle, type Keyframe, trackAt } from './interpolation';

const key = (frame: number, points: number[], outside = false): Keyframe => ({
  frame,
  points,
  outside,
  type: 'rectangle',
  rotation: 0,
  occluded: false,
  zOrder: 0,
});

const track = [key(0, [0, 0, 10, 10]), key(8, [8, 8, 18, 18]), key(9, [8, 8, 18, 18], true)];

test('keyframes, what lies between them, and what is outside', () => {
  expect(trackAt(track, 0)?.points).toEqual([0, 0, 10, 10]);
  expect(trackAt(track, 4)?.points).toEqual([4, 4, 14, 14]);
  expect(trackAt(track, 8)?.points).toEqual([8, 8, 18, 18]);
  expect(trackAt(track, 9)).toBeNull();
  expect(trackAt(track, 50)).toBeNull();
  expect(trackAt([key(3, [0, 0, 1, 1])], 2)).toBeNull();
});

test('the last keyframe holds to the end', () => {
  expect(trackAt([key(3, [0, 0, 1, 1])], 30)?.points).toEqual([0, 0, 1, 1]);
});

test('angles turn the shorter way', () => {
  expect(blendAngle(350, 10, 0.5)).toBeCloseTo(0);
  expect(blendAngle(10, 350, 0.25)).toBeCloseTo(5);
  expect(blendAngle(90, 180, 0.5)).toBeCloseTo(135);
});
