import { Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import type { SceneShape } from '@/workspace/kernels/scene';
import type { LabelLook } from '@/workspace/scene2d/paint';

interface ObjectListProps {
  readonly shapes: readonly SceneShape[];
  readonly looks: ReadonlyMap<number, LabelLook>;
  readonly activeKey: string | null;
  readonly onActivate: (key: string | null) => void;
}

const ROW_PX = 46;

/** The objects of the frame in words; only the rows in sight are in the page. */
export function ObjectList({ shapes, looks, activeKey, onActivate }: ObjectListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: shapes.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  });
  return (
    <Stack gap={0} h="100%" component="section" aria-label="Objects on this frame">
      <Group justify="space-between" px="sm" py="xs" style={{ borderBottom: '1px solid var(--app-border)' }}>
        <Text fw={600} component="h2" size="sm" m={0}>
          Objects
        </Text>
        <Text size="sm" c="dimmed" role="status">
          Items: {shapes.length}
        </Text>
      </Group>
      {shapes.length === 0 && (
        <Text size="sm" c="dimmed" p="sm">
          Nothing is marked on this frame.
        </Text>
      )}
      <div ref={scroller} style={{ flex: 1, overflow: 'auto' }} tabIndex={shapes.length > 0 ? 0 : -1}>
        <ul
          style={{
            position: 'relative',
            height: rows.getTotalSize(),
            margin: 0,
            padding: 0,
            listStyle: 'none',
          }}
          aria-label="Objects"
        >
          {rows.getVirtualItems().map((row) => {
            const shape = shapes[row.index];
            if (shape === undefined) return null;
            return (
              <li
                key={shape.key}
                aria-setsize={shapes.length}
                aria-posinset={row.index + 1}
                style={{
                  position: 'absolute',
                  top: 0,
                  left: 0,
                  right: 0,
                  height: ROW_PX,
                  transform: `translateY(${row.start}px)`,
                }}
              >
                <ObjectRow
                  shape={shape}
                  look={looks.get(shape.labelId)}
                  active={shape.key === activeKey}
                  onActivate={onActivate}
                />
              </li>
            );
          })}
        </ul>
      </div>
    </Stack>
  );
}

interface ObjectRowProps {
  readonly shape: SceneShape;
  readonly look: LabelLook | undefined;
  readonly active: boolean;
  readonly onActivate: (key: string | null) => void;
}

function ObjectRow({ shape, look, active, onActivate }: ObjectRowProps) {
  const details = [shape.kind === 'track' ? `${shape.type} track` : shape.type, shape.occluded && 'occluded']
    .filter(Boolean)
    .join(', ');
  return (
    <UnstyledButton
      className="object-row"
      aria-pressed={active}
      onPointerEnter={() => onActivate(shape.key)}
      onPointerLeave={() => onActivate(null)}
      onFocus={() => onActivate(shape.key)}
      onClick={() => onActivate(shape.key)}
      data-testid={`cvat-objects-sidebar-state-item-${shape.id}`}
    >
      <span className="object-swatch" style={{ background: look?.color ?? '#808080' }} />
      <span style={{ minWidth: 0 }}>
        <Text size="sm" fw={550} truncate component="span" display="block">
          {look?.name ?? `Label ${shape.labelId}`}
        </Text>
        <Text size="xs" c="dimmed" component="span" display="block">
          #{shape.id} · {details}
        </Text>
      </span>
    </UnstyledButton>
  );
}
