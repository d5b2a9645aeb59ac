/** A mask in the picture: `bits` holds one byte (0 or 1) a pixel, row by row over the box. */
export interface DecodedMask {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly bits: Uint8Array;
}

/**
 * Reads a mask: run lengths over its box, the first run counts zeros, then left, top, right, bottom (inclusive).
 * Runs that do not fill the box leave zeros, and runs beyond it are cut; null when there is no box at all.
 */
export function decodeMask(points: readonly number[]): DecodedMask | null {
  const [left, top, right, bottom] = points.slice(-4);
  if (
    points.length < 5 ||
    left === undefined ||
    top === undefined ||
    right === undefined ||
    bottom === undefined
  )
    return null;
  const width = right - left + 1;
  const height = bottom - top + 1;
  if (!(width > 0 && height > 0 && Number.isInteger(width) && Number.isInteger(height))) return null;
  const bits = new Uint8Array(width * height);
  let at = 0;
  for (let run = 0; run < points.length - 4; run++) {
    const length = points[run] ?? 0;
    if (run % 2 === 1) bits.fill(1, at, at + length);
    at += length;
  }
  return { left, top, width, height, bits };
}

/** Writes what decodeMask reads; the last run of zeros is included, so that the runs fill the box. */
export function encodeMask(mask: DecodedMask): number[] {
  const runs: number[] = [];
  let value = 0;
  let length = 0;
  for (const bit of mask.bits) {
    if (bit === value) length++;
    else {
      runs.push(length);
      value = bit;
      length = 1;
    }
  }
  if (length > 0) runs.push(length);
  return [...runs, mask.left, mask.top, mask.left + mask.width - 1, mask.top + mask.height - 1];
}
