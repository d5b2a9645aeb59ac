import { ActionIcon, Menu } from '@mantine/core';
import { IconDotsVertical, IconDownload, IconExternalLink, IconTrash, IconUpload } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { keys } from '@/api/keys';
import { deleteTask } from '@/api/tasks';
import type { Task } from '@/api/types';
import { plural } from '@/lib/format';
import { confirmDeletion } from '@/ui/confirm';
import { openExportDialog, openImportDialog } from '@/ui/datasets/dialogs';
import { notifyError, notifySuccess } from '@/ui/notify';

export function useTaskDeletion(task: Task, onDeleted?: () => void): () => void {
  const queries = useQueryClient();
  const id = task.id ?? 0;
  const deletion = useMutation({
    mutationFn: () => deleteTask(id),
    onSuccess: () => {
      notifySuccess(`Task #${id} is deleted.`);
      onDeleted?.();
      queries.removeQueries({ queryKey: keys.task(id) });
      void queries.invalidateQueries({ queryKey: keys.tasks });
      void queries.invalidateQueries({ queryKey: keys.jobs });
    },
    onError: (error) => notifyError(`Task #${id} could not be deleted`, error),
  });
  const jobs = (task.jobs as { count?: number }).count ?? 0;
  return () =>
    confirmDeletion({
      title: `Delete task #${id} “${task.name}”?`,
      text: `${plural(jobs, 'job')}, ${plural(task.size ?? 0, 'frame')} and their annotations are lost. This cannot be undone.`,
      onConfirm: () => deletion.mutate(),
    });
}

interface TaskActionsProps {
  readonly task: Task;
  readonly onDeleted?: () => void;
}

export function TaskActions({ task, onDeleted }: TaskActionsProps) {
  const queries = useQueryClient();
  const remove = useTaskDeletion(task, onDeleted);
  const subject = {
    kind: 'tasks' as const,
    id: task.id ?? 0,
    name: `Task #${task.id}`,
    dimension: task.dimension ?? '2d',
    queries,
  };
  const hasData = (task.size ?? 0) > 0;
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`Actions of task #${task.id}`}>
          <IconDotsVertical size={20} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          disabled={!hasData}
          leftSection={<IconUpload size={16} aria-hidden />}
          onClick={() => openImportDialog(subject)}
        >
          Upload annotations
        </Menu.Item>
        <Menu.Item
          disabled={!hasData}
          leftSection={<IconDownload size={16} aria-hidden />}
          onClick={() => openExportDialog(subject)}
        >
          Export task dataset
        </Menu.Item>
        {task.bug_tracker && (
          <Menu.Item
            component="a"
            href={task.bug_tracker}
            target="_blank"
            rel="noreferrer"
            leftSection={<IconExternalLink size={16} aria-hidden />}
          >
            Open bug tracker
          </Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={remove}>
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
