import { Box, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import { taskPreviewUrl } from '@/api/tasks';
import type { BackgroundRequest, Task } from '@/api/types';
import { formatDay, formatRelative, plural } from '@/lib/format';
import { Preview } from '@/ui/preview';
import { CreationStatus } from './creation-status';
import { TaskActions } from './task-actions';
import { TaskProgress } from './task-progress';

interface TaskRowProps {
  readonly task: Task;
  readonly creation: BackgroundRequest | undefined;
}

export function TaskRow({ task, creation }: TaskRowProps) {
  const hasData = (task.size ?? 0) > 0;
  return (
    <article className="app-card app-row" data-testid="cvat-tasks-list-item">
      <Preview src={hasData ? taskPreviewUrl(task) : null} />
      <Stack gap={2}>
        <Text fw={600} lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
          <Text span c="dimmed" fw={500}>
            #{task.id}{' '}
          </Text>
          <Link
            to={`/tasks/${task.id}`}
            className="app-row-link"
            style={{ color: 'inherit', textDecoration: 'none' }}
            data-testid="cvat-item-task-name"
          >
            {task.name}
          </Link>
        </Text>
        <Text size="sm" c="dimmed">
          {task.owner ? `Created by ${task.owner.username}` : 'Created'} on{' '}
          {formatDay(task.created_date ?? '')}
        </Text>
        <Text size="sm" c="dimmed">
          {hasData && `${plural(task.size ?? 0, 'frame')} · `}updated{' '}
          {formatRelative(task.updated_date ?? '', Date.now())}
        </Text>
      </Stack>
      <div className="app-row-progress">
        {hasData ? <TaskProgress task={task} /> : <CreationStatus creation={creation} />}
      </div>
      <Box className="app-above">
        <TaskActions task={task} />
      </Box>
    </article>
  );
}
