/** What a track says about one of its frames. */
export interface Keyframe {
  readonly frame: number;
  readonly type: string;
  readonly points: readonly number[];
  /** Clockwise degrees. */
  readonly rotation: number;
  readonly occluded: boolean;
  readonly outside: boolean;
  readonly zOrder: number;
}

/** Keyframe types whose coordinates can be blended one by one. */
const BLENDABLE = new Set(['rectangle', 'ellipse', 'cuboid', 'points', 'polygon', 'polyline']);

/**
 * The track at a frame: the keyframe itself, or the one before blended towards the next; null before the first and while outside.
 * Outlines with unlike numbers of points stay as they were at the keyframe before (the server matches their corners; here they are only looked at).
 */
export function trackAt(keyframes: readonly Keyframe[], frame: number): Keyframe | null {
  let before: Keyframe | undefined;
  let after: Keyframe | undefined;
  for (const keyframe of keyframes) {
    if (keyframe.frame <= frame) before = !before || keyframe.frame >= before.frame ? keyframe : before;
    else after = !after || keyframe.frame < after.frame ? keyframe : after;
  }
  if (before === undefined || before.outside) return null;
  if (before.frame === frame || after === undefined || after.outside) return before;
  if (!BLENDABLE.has(before.type) || before.points.length !== after.points.length) return before;
  const share = (frame - before.frame) / (after.frame - before.frame);
  const target = after.points;
  return {
    ...before,
    frame,
    points: before.points.map((value, index) => value + ((target[index] ?? value) - value) * share),
    rotation: blendAngle(before.rotation, after.rotation, share),
  };
}

/** Turns the shorter way round. */
export function blendAngle(from: number, to: number, share: number): number {
  const difference = ((((to - from) % 360) + 540) % 360) - 180;
  return (((from + difference * share) % 360) + 360) % 360;
}
