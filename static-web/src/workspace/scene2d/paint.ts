import { parseColor } from '@/lib/color';
import { rectangleCorners, toEllipse, toPoints } from '@/workspace/kernels/geometry';
import { CUBOID_EDGES, type SceneShape, shapeBox } from '@/workspace/kernels/scene';
import { degrees, type ImagePoint, imagePoint, screenPoint } from '@/workspace/kernels/units';
import { toImage, toScreen, type View } from '@/workspace/kernels/view';
import { maskPicture } from './mask-picture';

/** How labels look, by label id. */
export interface LabelLook {
  readonly name: string;
  /** `#rrggbb`. */
  readonly color: string;
  /** Pairs of sub-label ids that a skeleton joins. */
  readonly edges: readonly (readonly [number, number])[];
}

export interface PaintInput {
  readonly picture: CanvasImageSource | null;
  readonly pictureWidth: number;
  readonly pictureHeight: number;
  readonly shapes: readonly SceneShape[];
  readonly looks: ReadonlyMap<number, LabelLook>;
  readonly view: View;
  readonly activeKey: string | null;
}

const FILL_ALPHA = 0.14;
const ACTIVE_FILL_ALPHA = 0.34;
const LINE_PX = 2;
const POINT_PX = 4;
const SMOOTH_BELOW_SCALE = 3;
const FALLBACK: LabelLook = { name: '', color: '#808080', edges: [] };

/** Draws one frame; the context's units are CSS pixels. What lies outside of the canvas is skipped. */
export function paintScene(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  input: PaintInput,
): void {
  const { view, picture } = input;
  context.clearRect(0, 0, width, height);
  if (picture !== null) {
    // Blocky pixels when looked at closely, smooth ones otherwise.
    context.imageSmoothingEnabled = view.scale < SMOOTH_BELOW_SCALE;
    context.imageSmoothingQuality = 'high';
    context.drawImage(
      picture,
      view.offsetX,
      view.offsetY,
      input.pictureWidth * view.scale,
      input.pictureHeight * view.scale,
    );
  }
  const start = toImage(view, screenPoint(0, 0));
  const end = toImage(view, screenPoint(width, height));
  for (const shape of input.shapes) {
    const box = shapeBox(shape);
    if (box === null || box.right < start.x || box.left > end.x || box.bottom < start.y || box.top > end.y)
      continue;
    paintShape(context, shape, input.looks.get(shape.labelId) ?? FALLBACK, input);
  }
}

function paintShape(
  context: CanvasRenderingContext2D,
  shape: SceneShape,
  look: LabelLook,
  input: PaintInput,
): void {
  const { view } = input;
  const active = shape.key === input.activeKey;
  const fill = rgba(look.color, active ? ACTIVE_FILL_ALPHA : FILL_ALPHA);
  context.lineWidth = active ? LINE_PX + 1 : LINE_PX;
  context.strokeStyle = look.color;
  context.fillStyle = fill;
  context.setLineDash(shape.occluded ? [6, 4] : []);
  switch (shape.type) {
    case 'rectangle':
      trace(context, rectangleCorners(shape.points, degrees(shape.rotation)), view, true);
      fillAndStroke(context);
      break;
    case 'polygon':
      trace(context, toPoints(shape.points), view, true);
      fillAndStroke(context);
      break;
    case 'ellipse':
      traceEllipse(context, shape, view);
      fillAndStroke(context);
      break;
    case 'polyline':
      trace(context, toPoints(shape.points), view, false);
      context.stroke();
      dots(context, toPoints(shape.points), look.color, view, POINT_PX - 1);
      break;
    case 'points':
      dots(context, toPoints(shape.points), look.color, view, active ? POINT_PX + 1 : POINT_PX);
      break;
    case 'cuboid':
      edges(context, toPoints(shape.points), CUBOID_EDGES, view);
      break;
    case 'mask':
      paintMask(context, shape, look, active, view);
      break;
    case 'skeleton':
      paintSkeleton(context, shape, look, input);
      break;
  }
  context.setLineDash([]);
}

function trace(
  context: CanvasRenderingContext2D,
  points: readonly ImagePoint[],
  view: View,
  closed: boolean,
): void {
  context.beginPath();
  for (const point of points) {
    const { x, y } = toScreen(view, point);
    context.lineTo(x, y);
  }
  if (closed) context.closePath();
}

function traceEllipse(context: CanvasRenderingContext2D, shape: SceneShape, view: View): void {
  const { center, radiusX, radiusY } = toEllipse(shape.points);
  const { x, y } = toScreen(view, center);
  context.beginPath();
  context.ellipse(
    x,
    y,
    radiusX * view.scale,
    radiusY * view.scale,
    (shape.rotation * Math.PI) / 180,
    0,
    2 * Math.PI,
  );
}

function fillAndStroke(context: CanvasRenderingContext2D): void {
  context.fill();
  context.stroke();
}

function dots(
  context: CanvasRenderingContext2D,
  points: readonly ImagePoint[],
  color: string,
  view: View,
  radius: number,
): void {
  context.save();
  context.setLineDash([]);
  context.fillStyle = color;
  context.strokeStyle = '#ffffff';
  context.lineWidth = 1.5;
  for (const point of points) {
    const { x, y } = toScreen(view, point);
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
  context.restore();
}

function edges(
  context: CanvasRenderingContext2D,
  points: readonly ImagePoint[],
  pairs: readonly (readonly [number, number])[],
  view: View,
): void {
  context.beginPath();
  for (const [from, to] of pairs) {
    const [start, end] = [points[from], points[to]];
    if (start === undefined || end === undefined) continue;
    const [first, second] = [toScreen(view, start), toScreen(view, end)];
    context.moveTo(first.x, first.y);
    context.lineTo(second.x, second.y);
  }
  context.stroke();
}

function paintMask(
  context: CanvasRenderingContext2D,
  shape: SceneShape,
  look: LabelLook,
  active: boolean,
  view: View,
): void {
  const mask = maskPicture(shape, look.color);
  if (mask === null) return;
  const { x, y } = toScreen(view, imagePoint(mask.left, mask.top));
  context.save();
  context.imageSmoothingEnabled = false;
  context.globalAlpha = active ? 0.7 : 0.45;
  context.drawImage(mask.canvas, x, y, mask.canvas.width * view.scale, mask.canvas.height * view.scale);
  context.restore();
}

function paintSkeleton(
  context: CanvasRenderingContext2D,
  shape: SceneShape,
  look: LabelLook,
  input: PaintInput,
): void {
  const nodes = shape.elements.flatMap((element) =>
    toPoints(element.points)
      .slice(0, 1)
      .map((point) => ({ element, point })),
  );
  const place = new Map(nodes.map(({ element }, index) => [element.labelId, index]));
  const pairs = look.edges.map(([from, to]) => [place.get(from) ?? -1, place.get(to) ?? -1] as const);
  edges(
    context,
    nodes.map(({ point }) => point),
    pairs,
    input.view,
  );
  for (const { element, point } of nodes)
    dots(context, [point], input.looks.get(element.labelId)?.color ?? look.color, input.view, POINT_PX);
}

function rgba(hex: string, alpha: number): string {
  const [red, green, blue] = parseColor(hex);
  return `rgb(${red} ${green} ${blue} / ${alpha})`;
}
