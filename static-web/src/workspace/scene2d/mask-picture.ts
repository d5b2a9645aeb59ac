import { parseColor } from '@/lib/color';
import { decodeMask } from '@/workspace/kernels/rle';
import type { SceneShape } from '@/workspace/kernels/scene';

interface MaskPicture {
  readonly color: string;
  readonly canvas: HTMLCanvasElement;
  /** Place of the canvas in the picture, pixels. */
  readonly left: number;
  readonly top: number;
}

/** Masks are decoded once; they go with their shape. */
const pictures = new WeakMap<SceneShape, MaskPicture | null>();

/** The set pixels of a mask in a colour, one canvas pixel each. */
export function maskPicture(shape: SceneShape, color: string): MaskPicture | null {
  const known = pictures.get(shape);
  if (known !== undefined && (known === null || known.color === color)) return known;
  const made = draw(shape, color);
  pictures.set(shape, made);
  return made;
}

function draw(shape: SceneShape, color: string): MaskPicture | null {
  const mask = decodeMask(shape.points);
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  if (mask === null || context === null) return null;
  canvas.width = mask.width;
  canvas.height = mask.height;
  const image = context.createImageData(mask.width, mask.height);
  const [red, green, blue] = parseColor(color);
  for (let index = 0; index < mask.bits.length; index++)
    if (mask.bits[index] === 1) image.data.set([red, green, blue, 255], index * 4);
  context.putImageData(image, 0, 0);
  return { color, canvas, left: mask.left, top: mask.top };
}
