import { describe, expect, test } from 'vitest';
import {
  boxAround,
  distanceToSegment,
  ellipseBox,
  isInside,
  rectangleCorners,
  rotate,
  toEllipse,
  toPoints,
} from './geometry';
import { degrees, imagePoint, screenPoint } from './units';
import { fitView, panBy, toImage, toScreen, zoomAt } from './view';

describe('rotation', () => {
  test('a quarter turn is clockwise, since y points down', () => {
    const turned = rotate(imagePoint(10, 0), imagePoint(0, 0), degrees(90));
    expect(turned.x).toBeCloseTo(0);
    expect(turned.y).toBeCloseTo(10);
  });

  test('a rectangle turns about its centre', () => {
    const corners = rectangleCorners([0, 0, 20, 10], degrees(90));
    expect(corners.map(({ x, y }) => [Math.round(x), Math.round(y)])).toEqual([
      [15, -5],
      [15, 15],
      [5, 15],
      [5, -5],
    ]);
  });

  test('turning there and back changes nothing', () => {
    for (let angle = 0; angle < 360; angle += 17) {
      const there = rotate(imagePoint(3, 4), imagePoint(1, 9), degrees(angle));
      const back = rotate(there, imagePoint(1, 9), degrees(-angle));
      expect(back.x).toBeCloseTo(3);
      expect(back.y).toBeCloseTo(4);
    }
  });
});

describe('shapes', () => {
  test('an ellipse holds its right and top', () => {
    expect(toEllipse([50, 40, 60, 30])).toEqual({ center: { x: 50, y: 40 }, radiusX: 10, radiusY: 10 });
    const box = ellipseBox({ center: imagePoint(0, 0), radiusX: 20, radiusY: 5 }, degrees(90));
    expect(box.right).toBeCloseTo(5);
    expect(box.bottom).toBeCloseTo(20);
  });

  test('points are pairs', () => {
    expect(toPoints([1, 2, 3, 4, 5])).toEqual([
      { x: 1, y: 2 },
      { x: 3, y: 4 },
    ]);
    expect(boxAround([])).toBeNull();
    expect(boxAround(toPoints([5, 1, 2, 8]))).toEqual({ left: 2, top: 1, right: 5, bottom: 8 });
  });

  test('inside and outside of a concave ring', () => {
    const ring = toPoints([0, 0, 10, 0, 10, 10, 5, 5, 0, 10]);
    expect(isInside(imagePoint(5, 2), ring)).toBe(true);
    expect(isInside(imagePoint(5, 8), ring)).toBe(false);
  });

  test('the distance to a piece of a line ends at its ends', () => {
    expect(distanceToSegment(imagePoint(5, 3), imagePoint(0, 0), imagePoint(10, 0))).toBe(3);
    expect(distanceToSegment(imagePoint(13, 4), imagePoint(0, 0), imagePoint(10, 0))).toBe(5);
    expect(distanceToSegment(imagePoint(3, 4), imagePoint(0, 0), imagePoint(0, 0))).toBe(5);
  });
});

describe('view', () => {
  const picture = { width: 1920, height: 1080 };

  test('fit shows the whole picture in the middle', () => {
    const view = fitView(picture, { width: 800, height: 600 });
    const start = toScreen(view, imagePoint(0, 0));
    const end = toScreen(view, imagePoint(1920, 1080));
    expect(start.x).toBeCloseTo(16);
    expect(end.x).toBeCloseTo(784);
    expect(start.y + end.y).toBeCloseTo(600);
  });

  test('zoom keeps what is under the pointer', () => {
    let view = fitView(picture, { width: 800, height: 600 });
    const pointer = screenPoint(123, 456);
    const before = toImage(view, pointer);
    for (const factor of [1.3, 2, 0.4, 1.1]) view = zoomAt(view, pointer, factor);
    expect(toImage(view, pointer).x).toBeCloseTo(before.x);
    expect(toImage(view, pointer).y).toBeCloseTo(before.y);
  });

  test('screen and picture are inverse, also after a pan', () => {
    const view = panBy(fitView(picture, { width: 300, height: 900 }), 17, -5);
    const point = toImage(view, toScreen(view, imagePoint(12, 34)));
    expect(point.x).toBeCloseTo(12);
    expect(point.y).toBeCloseTo(34);
  });
});
