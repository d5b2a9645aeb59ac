import { ActionIcon, Anchor, Box, Group, Loader, Menu, Paper, Title, Tooltip } from '@mantine/core';
import {
  IconArrowLeft,
  IconDotsVertical,
  IconDownload,
  IconMaximize,
  IconUpload,
  IconZoomIn,
  IconZoomOut,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type RefObject, useMemo, useRef, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import type { DataMeta, Job, Label, LabeledData } from '@/api/types';
import { plural } from '@/lib/format';
import { openExportDialog, openImportDialog } from '@/ui/datasets/dialogs';
import { ErrorState } from '@/ui/states';
import { SceneCanvas, type SceneCanvasHandle } from '@/workspace/scene2d/scene-canvas';
import { ObjectList } from './object-list';
import { Player } from './player';
import { toLooks, toScene } from './to-scene';
import { useFramePicture } from './use-frame-picture';
import { type KeyBinding, usePlayerKeys } from './use-player-keys';

const STEP = 10;
const ZOOM_STEP = 1.25;

interface JobViewProps {
  readonly job: Job;
  readonly meta: DataMeta;
  readonly labels: readonly Label[];
  readonly annotations: LabeledData;
}

/** Looking at a job: frames, the saved objects on them, and their list. The frame stands in the address. */
export function JobView({ job, meta, labels, annotations }: JobViewProps) {
  const first = job.start_frame ?? 0;
  const last = job.stop_frame ?? first;
  const [frame, setFrame] = useFrameInAddress(first, last);
  const [activeKey, setActiveKey] = useState<string | null>(null);
  const { shown, error, retry } = useFramePicture(job.id ?? 0, first, last, frame);
  const looks = useMemo(() => toLooks(labels), [labels]);
  // Picture and objects change together: until the picture is there, both stay those of the frame before.
  const shownFrame = shown?.frame ?? frame;
  const shapes = useMemo(() => toScene(annotations, shownFrame), [annotations, shownFrame]);
  const canvas = useRef<SceneCanvasHandle>(null);
  const frameField = useRef<HTMLInputElement>(null);
  const bindings = useMemo<readonly KeyBinding[]>(
    () => [
      ['KeyF', () => setFrame(frame + 1)],
      ['KeyD', () => setFrame(frame - 1)],
      ['KeyV', () => setFrame(frame + STEP)],
      ['KeyC', () => setFrame(frame - STEP)],
      ['Backquote', () => frameField.current?.focus()],
    ],
    [frame, setFrame],
  );
  usePlayerKeys(bindings);
  return (
    <div className="job-page">
      <div className="job-bar">
        <JobTitle job={job} />
        <Player
          first={first}
          last={last}
          frame={frame}
          fileName={frameName(meta, frame - first)}
          step={STEP}
          field={frameField}
          onChange={setFrame}
        />
        <JobMenu job={job} />
      </div>
      <div className="job-canvas">
        <SceneCanvas
          handle={canvas}
          label={`Frame ${shownFrame}, ${plural(shapes.length, 'object')}`}
          frame={shownFrame}
          picture={shown?.picture ?? null}
          shapes={shapes}
          looks={looks}
          activeKey={activeKey}
          onActivate={setActiveKey}
        />
        {error !== null && (
          <Box pos="absolute" top={16} left={16} right={16}>
            <ErrorState error={error} onRetry={retry} />
          </Box>
        )}
        {error === null && shown?.frame !== frame && (
          <Loader pos="absolute" top={16} left={16} size="sm" aria-label="Loading the frame" />
        )}
        <CanvasTools canvas={canvas} />
      </div>
      <aside className="job-objects">
        <ObjectList shapes={shapes} looks={looks} activeKey={activeKey} onActivate={setActiveKey} />
      </aside>
    </div>
  );
}

function JobTitle({ job }: { job: Job }) {
  return (
    <Group gap={8} wrap="nowrap">
      <Tooltip label={`Back to task #${job.task_id}`}>
        <ActionIcon
          component={Link}
          to={`/tasks/${job.task_id}`}
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={`Back to task #${job.task_id}`}
        >
          <IconArrowLeft size={20} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <div>
        <Title order={1} size="sm" style={{ whiteSpace: 'nowrap' }}>
          Job #{job.id}
        </Title>
        <Anchor component={Link} to={`/tasks/${job.task_id}`} size="xs" maw={160} truncate display="block">
          {job.task_name}
        </Anchor>
      </div>
    </Group>
  );
}

function JobMenu({ job }: { job: Job }) {
  const queries = useQueryClient();
  const subject = {
    kind: 'jobs' as const,
    id: job.id ?? 0,
    name: `Job #${job.id}`,
    dimension: job.dimension ?? '2d',
    queries,
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Actions of the job">
          <IconDotsVertical size={20} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconUpload size={16} aria-hidden />}
          onClick={() => openImportDialog(subject)}
        >
          Upload annotations
        </Menu.Item>
        <Menu.Item
          leftSection={<IconDownload size={16} aria-hidden />}
          onClick={() => openExportDialog(subject)}
        >
          Export job dataset
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function CanvasTools({ canvas }: { canvas: RefObject<SceneCanvasHandle | null> }) {
  const tools = [
    { label: 'Zoom in', Icon: IconZoomIn, run: () => canvas.current?.zoom(ZOOM_STEP) },
    { label: 'Zoom out', Icon: IconZoomOut, run: () => canvas.current?.zoom(1 / ZOOM_STEP) },
    { label: 'Fit the picture', Icon: IconMaximize, run: () => canvas.current?.fit() },
  ];
  return (
    <Paper className="job-canvas-tools app-card" shadow="sm">
      {tools.map(({ label, Icon, run }) => (
        <Tooltip key={label} label={label}>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={label} onClick={run}>
            <Icon size={19} aria-hidden />
          </ActionIcon>
        </Tooltip>
      ))}
    </Paper>
  );
}

/** The name of the n-th frame of a job; a video has one name for all. */
const frameName = (meta: DataMeta, index: number): string =>
  (meta.frames?.[index] ?? meta.frames?.[0])?.name ?? '';

function useFrameInAddress(first: number, last: number): [number, (frame: number) => void] {
  const [params, setParams] = useSearchParams();
  const text = params.get('frame');
  const clamp = (value: number) => Math.min(last, Math.max(first, Math.round(value)));
  const frame = text !== null && /^\d+$/.test(text) ? clamp(Number(text)) : first;
  const setFrame = (next: number) =>
    setParams(
      (old) => {
        old.set('frame', String(clamp(next)));
        return old;
      },
      { replace: true },
    );
  return [frame, setFrame];
}
