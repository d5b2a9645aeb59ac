import type {
  Label,
  LabeledData,
  LabeledShape,
  LabeledTrack,
  SubLabeledShape,
  TrackedShape,
} from '@/api/types';
import { type Keyframe, trackAt } from '@/workspace/kernels/interpolation';
import type { SceneShape, SceneShapeType } from '@/workspace/kernels/scene';
import type { LabelLook } from '@/workspace/scene2d/paint';

type TrackParts = Pick<LabeledTrack, 'shapes' | 'label_id' | 'id'>;

/** The objects of one frame in the order in which they are drawn: by height, then by id. */
export function toScene(data: LabeledData, frame: number): readonly SceneShape[] {
  const shapes = (data.shapes ?? [])
    .filter((shape) => shape.frame === frame && !shape.outside)
    .map(fromShape);
  const tracks = (data.tracks ?? []).flatMap((track) => fromTrack(track, frame) ?? []);
  return [...shapes, ...tracks].sort((a, b) => a.zOrder - b.zOrder || a.id - b.id);
}

function fromShape(shape: LabeledShape): SceneShape {
  const elements = (shape.elements ?? []).filter((element) => !element.outside).map(fromElement);
  return { ...fromElement(shape), key: `shape-${shape.id}`, elements };
}

function fromElement(shape: SubLabeledShape | LabeledShape): SceneShape {
  return {
    key: `element-${shape.id}`,
    id: shape.id ?? 0,
    kind: 'shape',
    type: shape.type as SceneShapeType,
    labelId: shape.label_id,
    points: shape.points ?? [],
    rotation: shape.rotation ?? 0,
    occluded: shape.occluded ?? false,
    zOrder: shape.z_order ?? 0,
    elements: [],
  };
}

function fromTrack(track: LabeledTrack, frame: number): SceneShape | null {
  const own = trackPart(track, frame);
  if (own === null) return null;
  const elements = (track.elements ?? []).flatMap((element) => trackPart(element, frame) ?? []);
  return { ...own, key: `track-${track.id}`, elements };
}

function trackPart(track: TrackParts, frame: number): SceneShape | null {
  const keyframe = trackAt(track.shapes.map(toKeyframe), frame);
  if (keyframe === null) return null;
  return {
    key: `element-${track.id}`,
    id: track.id ?? 0,
    kind: 'track',
    type: keyframe.type as SceneShapeType,
    labelId: track.label_id,
    points: keyframe.points,
    rotation: keyframe.rotation,
    occluded: keyframe.occluded,
    zOrder: keyframe.zOrder,
    elements: [],
  };
}

const toKeyframe = (shape: TrackedShape): Keyframe => ({
  frame: shape.frame,
  type: shape.type,
  points: shape.points ?? [],
  rotation: shape.rotation ?? 0,
  occluded: shape.occluded ?? false,
  outside: shape.outside ?? false,
  zOrder: shape.z_order ?? 0,
});

/** Names and colours of labels and their parts. */
export function toLooks(labels: readonly Label[]): ReadonlyMap<number, LabelLook> {
  const looks = new Map<number, LabelLook>();
  for (const label of labels) {
    looks.set(label.id ?? 0, {
      name: label.name,
      color: label.color ?? '#808080',
      edges: skeletonEdges(label.svg ?? ''),
    });
    for (const part of label.sublabels ?? [])
      looks.set(part.id ?? 0, { name: part.name, color: part.color ?? '#808080', edges: [] });
  }
  return looks;
}

/** The joined pairs of sub-labels in a skeleton's drawing: nodes carry a label id, edges name two nodes. */
export function skeletonEdges(svg: string): readonly (readonly [number, number])[] {
  const labelOfNode = new Map<string, number>();
  const pairs: [string, string][] = [];
  for (const [tag] of svg.matchAll(/<(?:circle|line)\b[^>]*>/g)) {
    const [node, label] = [attribute(tag, 'data-node-id'), attribute(tag, 'data-label-id')];
    const [from, to] = [attribute(tag, 'data-node-from'), attribute(tag, 'data-node-to')];
    if (node !== null && label !== null) labelOfNode.set(node, Number(label));
    if (from !== null && to !== null) pairs.push([from, to]);
  }
  return pairs.flatMap(([from, to]) => {
    const [start, end] = [labelOfNode.get(from), labelOfNode.get(to)];
    return start === undefined || end === undefined ? [] : [[start, end] as const];
  });
}

const attribute = (tag: string, name: string): string | null =>
  new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? null;
