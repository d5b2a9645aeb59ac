import { type ImagePoint, imagePoint, type ScreenPoint, screenPoint } from './units';

/** How the picture lies on the canvas: screen = image · scale + offset. */
export interface View {
  /** CSS pixels per picture pixel. */
  readonly scale: number;
  readonly offsetX: number;
  readonly offsetY: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const MARGIN_PX = 16;
const MIN_SCALE = 0.02;
const MAX_SCALE = 60;

/** The whole picture, centred, with a small margin. */
export function fitView(picture: Size, canvas: Size): View {
  const room = {
    width: Math.max(1, canvas.width - 2 * MARGIN_PX),
    height: Math.max(1, canvas.height - 2 * MARGIN_PX),
  };
  const scale = clampScale(
    Math.min(room.width / Math.max(1, picture.width), room.height / Math.max(1, picture.height)),
  );
  return {
    scale,
    offsetX: (canvas.width - picture.width * scale) / 2,
    offsetY: (canvas.height - picture.height * scale) / 2,
  };
}

/** Changes the scale so that the place under the pointer stays there. */
export function zoomAt(view: View, at: ScreenPoint, factor: number): View {
  const scale = clampScale(view.scale * factor);
  const ratio = scale / view.scale;
  return {
    scale,
    offsetX: at.x - (at.x - view.offsetX) * ratio,
    offsetY: at.y - (at.y - view.offsetY) * ratio,
  };
}

export const panBy = (view: View, dx: number, dy: number): View => ({
  ...view,
  offsetX: view.offsetX + dx,
  offsetY: view.offsetY + dy,
});

export const toScreen = (view: View, point: ImagePoint): ScreenPoint =>
  screenPoint(point.x * view.scale + view.offsetX, point.y * view.scale + view.offsetY);

export const toImage = (view: View, point: ScreenPoint): ImagePoint =>
  imagePoint((point.x - view.offsetX) / view.scale, (point.y - view.offsetY) / view.scale);

const clampScale = (scale: number) => Math.min(MAX_SCALE, Math.max(MIN_SCALE, scale));
