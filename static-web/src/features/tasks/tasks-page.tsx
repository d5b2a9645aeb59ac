import { Button, Container, Group, Stack, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { keys } from '@/api/keys';
import { fetchTasks } from '@/api/tasks';
import type { Task } from '@/api/types';
import { ListToolbar } from '@/resource-list/list-toolbar';
import { ListView } from '@/resource-list/list-view';
import { useListState } from '@/resource-list/use-list-state';
import { EmptyState } from '@/ui/states';
import { useSelf } from '@/ui/use-self';
import { useTitle } from '@/ui/use-title';
import { quickFilters, RULES, SORT_FIELDS } from './task-list-rules';
import { TaskRow } from './task-row';
import { useCreationRequests } from './use-creation-requests';

const POLL_MS = 3000;

const isPreparing = (task: Task) => (task.size ?? 0) === 0;

export function TasksPage() {
  useTitle('Tasks');
  const list = useListState(RULES);
  const self = useSelf();
  const pages = useQuery({
    queryKey: keys.taskList(list.query),
    queryFn: () => fetchTasks(list.query),
    placeholderData: keepPreviousData,
    refetchInterval: (query) => (query.state.data?.results.some(isPreparing) ? POLL_MS : false),
  });
  const creations = useCreationRequests(pages.data?.results.some(isPreparing) ?? false);
  return (
    <Container size="lg" py="lg" data-testid="cvat-tasks-page">
      <Stack gap="md">
        <Group justify="space-between">
          <Title order={1} size="h2">
            Tasks
          </Title>
          <Button
            component={Link}
            to="/tasks/create"
            leftSection={<IconPlus size={18} aria-hidden />}
            data-testid="cvat-create-task-button"
          >
            New task
          </Button>
        </Group>
        <ListToolbar
          list={list}
          searchLabel="Search tasks"
          sortFields={SORT_FIELDS}
          quickFilters={quickFilters(self?.username ?? '')}
        />
        <ListView list={list} rules={RULES} pages={pages} empty={<NoTasks />} skeletonHeight={104}>
          {(tasks) => (
            <Stack gap="sm" component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Tasks">
              {tasks.map((task) => (
                <li key={task.id}>
                  <TaskRow task={task} creation={creations.get(task.id ?? 0)} />
                </li>
              ))}
            </Stack>
          )}
        </ListView>
      </Stack>
    </Container>
  );
}

function NoTasks() {
  return (
    <EmptyState
      title="No tasks yet"
      text="A task holds the pictures you want to annotate and the labels you use for it."
      action={
        <Button component={Link} to="/tasks/create" mt="sm">
          Create the first task
        </Button>
      }
    />
  );
}
