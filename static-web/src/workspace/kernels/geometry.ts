import { type Degrees, type ImagePoint, imagePoint } from './units';

/** Upright box in the picture. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** `x, y, x, y, …` as points; a lonely last number is dropped. */
export function toPoints(coordinates: readonly number[]): ImagePoint[] {
  const points: ImagePoint[] = [];
  for (let index = 0; index + 1 < coordinates.length; index += 2)
    points.push(imagePoint(coordinates[index] ?? 0, coordinates[index + 1] ?? 0));
  return points;
}

/** Turns a point clockwise around a centre. */
export function rotate(point: ImagePoint, center: ImagePoint, angle: Degrees): ImagePoint {
  const radians = (angle * Math.PI) / 180;
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  const [dx, dy] = [point.x - center.x, point.y - center.y];
  return imagePoint(center.x + dx * cos - dy * sin, center.y + dx * sin + dy * cos);
}

/** The four corners, clockwise from the top left one of the unrotated rectangle. */
export function rectangleCorners(points: readonly number[], rotation: Degrees): ImagePoint[] {
  const [left = 0, top = 0, right = 0, bottom = 0] = points;
  const center = imagePoint((left + right) / 2, (top + bottom) / 2);
  return [
    imagePoint(left, top),
    imagePoint(right, top),
    imagePoint(right, bottom),
    imagePoint(left, bottom),
  ].map((corner) => rotate(corner, center, rotation));
}

export interface Ellipse {
  readonly center: ImagePoint;
  readonly radiusX: number;
  readonly radiusY: number;
}

/** The wire holds centre x, centre y, right x, top y. */
export function toEllipse(points: readonly number[]): Ellipse {
  const [centerX = 0, centerY = 0, right = 0, top = 0] = points;
  return {
    center: imagePoint(centerX, centerY),
    radiusX: Math.abs(right - centerX),
    radiusY: Math.abs(centerY - top),
  };
}

/** The smallest upright box around an ellipse turned about its centre. */
export function ellipseBox({ center, radiusX, radiusY }: Ellipse, rotation: Degrees): Box {
  const radians = (rotation * Math.PI) / 180;
  const halfWidth = Math.hypot(radiusX * Math.cos(radians), radiusY * Math.sin(radians));
  const halfHeight = Math.hypot(radiusX * Math.sin(radians), radiusY * Math.cos(radians));
  return {
    left: center.x - halfWidth,
    top: center.y - halfHeight,
    right: center.x + halfWidth,
    bottom: center.y + halfHeight,
  };
}

/** The smallest upright box around points; null without any. */
export function boxAround(points: readonly ImagePoint[]): Box | null {
  const [first] = points;
  if (first === undefined) return null;
  const box = { left: first.x, top: first.y, right: first.x, bottom: first.y };
  for (const { x, y } of points) {
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y);
  }
  return box;
}

/** Whether a point lies inside a closed ring (even-odd rule). */
export function isInside(point: ImagePoint, ring: readonly ImagePoint[]): boolean {
  let inside = false;
  let before = ring[ring.length - 1];
  for (const corner of ring) {
    if (before !== undefined && corner.y > point.y !== before.y > point.y) {
      const crossing = ((before.x - corner.x) * (point.y - corner.y)) / (before.y - corner.y) + corner.x;
      if (point.x < crossing) inside = !inside;
    }
    before = corner;
  }
  return inside;
}

/** Distance from a point to a piece of a line, in pixels of the picture. */
export function distanceToSegment(point: ImagePoint, from: ImagePoint, to: ImagePoint): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const share =
    length === 0 ? 0 : Math.min(1, Math.max(0, ((point.x - from.x) * dx + (point.y - from.y) * dy) / length));
  return Math.hypot(point.x - from.x - share * dx, point.y - from.y - share * dy);
}
