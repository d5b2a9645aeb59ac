import {
  type Box,
  boxAround,
  distanceToSegment,
  ellipseBox,
  isInside,
  rectangleCorners,
  rotate,
  toEllipse,
  toPoints,
} from './geometry';
import { decodeMask } from './rle';
import { degrees, type ImagePoint, imagePoint } from './units';

export type SceneShapeType =
  | 'rectangle'
  | 'polygon'
  | 'polyline'
  | 'points'
  | 'ellipse'
  | 'cuboid'
  | 'mask'
  | 'skeleton';

/** One object on one frame, ready to be drawn. */
export interface SceneShape {
  /** Unlike for every object of a frame: `shape-12`, `track-3`. */
  readonly key: string;
  /** Id on the server. */
  readonly id: number;
  readonly kind: 'shape' | 'track';
  readonly type: SceneShapeType;
  readonly labelId: number;
  readonly points: readonly number[];
  /** Clockwise degrees. */
  readonly rotation: number;
  readonly occluded: boolean;
  readonly zOrder: number;
  readonly elements: readonly SceneShape[];
}

/** Edges between the 8 corners of a flat cuboid (tl1 bl1 tr1 br1 tl2 bl2 tr2 br2). */
export const CUBOID_EDGES: readonly (readonly [number, number])[] = [
  [0, 1],
  [1, 3],
  [3, 2],
  [2, 0],
  [4, 5],
  [5, 7],
  [7, 6],
  [6, 4],
  [0, 4],
  [1, 5],
  [2, 6],
  [3, 7],
];

/** The smallest upright box around what is drawn; null when nothing is. */
export function shapeBox(shape: SceneShape): Box | null {
  if (shape.type === 'rectangle') return boxAround(rectangleCorners(shape.points, degrees(shape.rotation)));
  if (shape.type === 'ellipse') return ellipseBox(toEllipse(shape.points), degrees(shape.rotation));
  if (shape.type === 'skeleton')
    return boxAround(shape.elements.flatMap((element) => toPoints(element.points)));
  if (shape.type !== 'mask') return boxAround(toPoints(shape.points));
  const [left, top, right, bottom] = shape.points.slice(-4);
  if (left === undefined || top === undefined || right === undefined || bottom === undefined) return null;
  return { left, top, right: right + 1, bottom: bottom + 1 };
}

/** Whether the point hits the shape; `reach` is the tolerance for lines and points, in pixels of the picture. */
export function hitsShape(shape: SceneShape, point: ImagePoint, reach: number): boolean {
  switch (shape.type) {
    case 'rectangle':
      return isInside(point, rectangleCorners(shape.points, degrees(shape.rotation)));
    case 'polygon':
      return isInside(point, toPoints(shape.points));
    case 'ellipse': {
      const ellipse = toEllipse(shape.points);
      const { x, y } = rotate(point, ellipse.center, degrees(-shape.rotation));
      return (
        ((x - ellipse.center.x) / ellipse.radiusX) ** 2 + ((y - ellipse.center.y) / ellipse.radiusY) ** 2 <= 1
      );
    }
    case 'mask':
      return hitsMask(shape.points, point);
    case 'polyline':
      return hitsLine(toPoints(shape.points), point, reach);
    case 'points':
      return toPoints(shape.points).some(({ x, y }) => Math.hypot(x - point.x, y - point.y) <= reach);
    case 'cuboid': {
      const corners = toPoints(shape.points);
      return CUBOID_EDGES.some(([from, to]) => {
        const [start, end] = [corners[from], corners[to]];
        return start !== undefined && end !== undefined && distanceToSegment(point, start, end) <= reach;
      });
    }
    case 'skeleton':
      return shape.elements.some((element) => hitsShape(element, point, reach));
  }
}

function hitsMask(points: readonly number[], point: ImagePoint): boolean {
  const mask = decodeMask(points);
  if (mask === null) return false;
  const [x, y] = [Math.floor(point.x) - mask.left, Math.floor(point.y) - mask.top];
  return x >= 0 && y >= 0 && x < mask.width && y < mask.height && mask.bits[y * mask.width + x] === 1;
}

function hitsLine(line: readonly ImagePoint[], point: ImagePoint, reach: number): boolean {
  return line.some((corner, index) => {
    const before = line[index - 1];
    return before !== undefined && distanceToSegment(point, before, corner) <= reach;
  });
}

/** The topmost object under a point, or null. Shapes are in the order in which they are drawn. */
export function topmostAt(
  shapes: readonly SceneShape[],
  point: ImagePoint,
  reach: number,
): SceneShape | null {
  for (let index = shapes.length - 1; index >= 0; index--) {
    const shape = shapes[index];
    const box = shape && shapeBox(shape);
    if (!shape || !box) continue;
    const near =
      point.x >= box.left - reach &&
      point.x <= box.right + reach &&
      point.y >= box.top - reach &&
      point.y <= box.bottom + reach;
    if (near && hitsShape(shape, point, reach)) return shape;
  }
  return null;
}

/** The middle of an object, for its name. */
export const boxCenter = (box: Box): ImagePoint =>
  imagePoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
