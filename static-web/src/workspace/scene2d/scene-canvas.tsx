import { useElementSize } from '@mantine/hooks';
import {
  type PointerEvent,
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { type SceneShape, topmostAt } from '@/workspace/kernels/scene';
import { type ScreenPoint, screenPoint } from '@/workspace/kernels/units';
import { fitView, panBy, toImage, type View, zoomAt } from '@/workspace/kernels/view';
import { type LabelLook, paintScene } from './paint';

export interface SceneCanvasHandle {
  fit(): void;
  zoom(factor: number): void;
}

interface SceneCanvasProps {
  readonly handle: Ref<SceneCanvasHandle>;
  /** Spoken name of the scene. */
  readonly label: string;
  readonly frame: number;
  readonly picture: ImageBitmap | null;
  readonly shapes: readonly SceneShape[];
  readonly looks: ReadonlyMap<number, LabelLook>;
  readonly activeKey: string | null;
  readonly onActivate: (key: string | null) => void;
}

const HIT_PX = 6;
const WHEEL_SPEED = 0.0015;

/** The picture with its objects: wheel zooms at the pointer, dragging pans, a double click fits. Zoom and place stay between frames of one size. */
export function SceneCanvas({
  handle,
  label,
  frame,
  picture,
  shapes,
  looks,
  activeKey,
  onActivate,
}: SceneCanvasProps) {
  const { ref: box, width, height } = useElementSize<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [view, setView] = useState<View | null>(null);
  const pictureWidth = picture?.width ?? 0;
  const pictureHeight = picture?.height ?? 0;
  const fitted = useRef('');

  const fit = () => setView(fitView({ width: pictureWidth, height: pictureHeight }, { width, height }));
  useImperativeHandle(handle, () => ({
    fit,
    zoom: (factor) => setView((old) => old && zoomAt(old, screenPoint(width / 2, height / 2), factor)),
  }));

  // A picture or a canvas of another size needs a new fit; a new frame alone does not.
  useLayoutEffect(() => {
    const sizes = `${pictureWidth}x${pictureHeight} ${width}x${height}`;
    if (pictureWidth === 0 || width === 0 || fitted.current === sizes) return;
    fitted.current = sizes;
    setView(fitView({ width: pictureWidth, height: pictureHeight }, { width, height }));
  }, [pictureWidth, pictureHeight, width, height]);

  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context || view === null || width === 0) return;
    const ratio = window.devicePixelRatio || 1;
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (element.width !== wide) element.width = wide;
    if (element.height !== high) element.height = high;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    paintScene(context, width, height, {
      picture,
      pictureWidth,
      pictureHeight,
      shapes,
      looks,
      view,
      activeKey,
    });
    element.dataset.paintedFrame = picture === null ? '' : String(frame);
    element.dataset.paintedShapes = String(shapes.length);
    element.dataset.view = `${view.scale} ${view.offsetX} ${view.offsetY}`;
  }, [frame, picture, pictureWidth, pictureHeight, shapes, looks, view, activeKey, width, height]);

  // React listens to wheels passively, and the page must not scroll meanwhile.
  useEffect(() => {
    const element = canvas.current;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      setView(
        (old) =>
          old &&
          zoomAt(old, screenPoint(event.offsetX, event.offsetY), Math.exp(-event.deltaY * WHEEL_SPEED)),
      );
    };
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, []);

  const drag = useRef<ScreenPoint | null>(null);
  const at = (event: PointerEvent) => screenPoint(event.nativeEvent.offsetX, event.nativeEvent.offsetY);
  const onPointerMove = (event: PointerEvent) => {
    const point = at(event);
    const start = drag.current;
    if (start !== null) {
      drag.current = point;
      setView((old) => old && panBy(old, point.x - start.x, point.y - start.y));
    } else if (view !== null) {
      const key = topmostAt(shapes, toImage(view, point), HIT_PX / view.scale)?.key ?? null;
      if (key !== activeKey) onActivate(key);
    }
  };
  return (
    <div
      ref={box}
      style={{ width: '100%', height: '100%', overflow: 'hidden' }}
      data-testid="cvat-canvas-container"
    >
      <canvas
        ref={canvas}
        role="img"
        aria-label={label}
        style={{ display: 'block', width, height, touchAction: 'none', cursor: 'grab' }}
        onPointerDown={(event) => {
          drag.current = at(event);
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={onPointerMove}
        onPointerUp={() => {
          drag.current = null;
        }}
        onPointerCancel={() => {
          drag.current = null;
        }}
        onPointerLeave={() => onActivate(null)}
        onDoubleClick={fit}
      />
    </div>
  );
}
