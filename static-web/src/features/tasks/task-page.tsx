import { Anchor, Button, Container, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconArrowLeft, IconDownload } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from 'react-router';
import { keys } from '@/api/keys';
import { fetchTask, type TaskChange, taskPreviewUrl, updateTask } from '@/api/tasks';
import type { Task } from '@/api/types';
import { formatDay, plural } from '@/lib/format';
import { openExportDialog } from '@/ui/datasets/dialogs';
import { EditableTitle } from '@/ui/editable-title';
import { notifyError } from '@/ui/notify';
import { Preview } from '@/ui/preview';
import { LoadingState, ResourceError } from '@/ui/states';
import { useIdParam } from '@/ui/use-id-param';
import { useTitle } from '@/ui/use-title';
import { UserSelect } from '@/ui/user-select';
import { CreationStatus } from './creation-status';
import { JobsTable } from './jobs-table';
import { TaskActions } from './task-actions';
import { TaskLabels } from './task-labels';
import { TaskProgress } from './task-progress';
import { useCreationRequests } from './use-creation-requests';

const POLL_MS = 2000;

export function TaskPage() {
  const id = useIdParam('taskId');
  const task = useQuery({
    queryKey: keys.task(id),
    queryFn: () => fetchTask(id),
    refetchInterval: (query) => (query.state.data && (query.state.data.size ?? 0) === 0 ? POLL_MS : false),
  });
  useTitle(task.data ? `Task #${id} ${task.data.name}` : `Task #${id}`);
  return (
    <Container size="lg" py="lg" data-testid="cvat-task-details">
      <Stack>
        <Anchor component={Link} to="/tasks" size="sm" style={{ alignSelf: 'flex-start' }}>
          <IconArrowLeft size={15} aria-hidden style={{ verticalAlign: '-2px' }} /> Back to tasks
        </Anchor>
        {task.isPending && <LoadingState />}
        {task.isError && (
          <ResourceError
            error={task.error}
            what={`Task #${id}`}
            back="/tasks"
            onRetry={() => void task.refetch()}
          />
        )}
        {task.data && <TaskContent task={task.data} />}
      </Stack>
    </Container>
  );
}

function TaskContent({ task }: { task: Task }) {
  const id = task.id ?? 0;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const hasData = (task.size ?? 0) > 0;
  const creation = useCreationRequests(!hasData).get(id);
  const update = useMutation({
    mutationFn: (change: TaskChange) => updateTask(id, change),
    onSuccess: (changed) => {
      queries.setQueryData(keys.task(id), changed);
      void queries.invalidateQueries({ queryKey: keys.tasks });
    },
    onError: (error) => notifyError(`Task #${id} could not be changed`, error),
  });
  return (
    <>
      <Stack className="app-card" p="md" gap="md">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <EditableTitle
            value={update.isPending ? (update.variables.name ?? task.name ?? '') : (task.name ?? '')}
            label="name of the task"
            onSave={(name) => update.mutate({ name })}
          />
          <Group gap="xs" wrap="nowrap">
            <Button
              leftSection={<IconDownload size={17} aria-hidden />}
              disabled={!hasData}
              onClick={() =>
                openExportDialog({
                  kind: 'tasks',
                  id,
                  name: `Task #${id}`,
                  dimension: task.dimension ?? '2d',
                  queries,
                })
              }
            >
              Export
            </Button>
            <TaskActions task={task} onDeleted={() => void navigate('/tasks')} />
          </Group>
        </Group>
        <div className="task-head">
          <Preview src={hasData ? taskPreviewUrl(task) : null} />
          <Stack gap="sm">
            <Text size="sm" c="dimmed">
              Task #{id} created {task.owner ? `by ${task.owner.username} ` : ''}on{' '}
              {formatDay(task.created_date ?? '')}
            </Text>
            {hasData ? <TaskProgress task={task} /> : <CreationStatus creation={creation} />}
            <UserSelect
              label="Assigned to"
              value={task.assignee ?? null}
              onChange={(user) => update.mutate({ assignee_id: user?.id ?? null })}
            />
            {hasData && <TaskFacts task={task} />}
          </Stack>
        </div>
        <TaskLabels task={task} onSave={(labels) => update.mutateAsync({ labels: labels as never })} />
      </Stack>
      {hasData && (
        <Stack gap="sm" component="section">
          <Title order={2} size="h4">
            Jobs
          </Title>
          <JobsTable taskId={id} />
        </Stack>
      )}
    </>
  );
}

function TaskFacts({ task }: { task: Task }) {
  const facts: readonly (readonly [string, string])[] = [
    ['Frames', plural(task.size ?? 0, 'frame')],
    [
      'Kind',
      `${task.mode === 'interpolation' ? 'Video' : 'Images'}, ${(task.dimension ?? '2d').toUpperCase()}`,
    ],
    ['Image quality', `${task.image_quality ?? '–'} %`],
    ['Segment size', String(task.segment_size ?? '–')],
    ['Overlap', String(task.overlap ?? 0)],
    ['Chunk size', String(task.data_chunk_size ?? '–')],
  ];
  return (
    <SimpleGrid cols={{ base: 2, sm: 3 }} spacing="xs" verticalSpacing={6} component="dl" m={0}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <Text component="dt" size="xs" c="dimmed">
            {name}
          </Text>
          <Text component="dd" size="sm" m={0}>
            {value}
          </Text>
        </div>
      ))}
    </SimpleGrid>
  );
}
