import { Badge, Container, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { fetchJobs, jobPreviewUrl } from '@/api/jobs';
import { keys } from '@/api/keys';
import type { Job } from '@/api/types';
import { plural } from '@/lib/format';
import type { ListRules } from '@/lib/list-state';
import type { QuickFilter } from '@/lib/quick-filters';
import { ListToolbar, type SortField } from '@/resource-list/list-toolbar';
import { ListView } from '@/resource-list/list-view';
import { useListState } from '@/resource-list/use-list-state';
import { Preview } from '@/ui/preview';
import { EmptyState } from '@/ui/states';
import { useSelf } from '@/ui/use-self';
import { useTitle } from '@/ui/use-title';

const SORT_FIELDS: readonly SortField[] = [
  { field: 'id', label: 'ID' },
  { field: 'assignee', label: 'Assignee' },
  { field: 'updated_date', label: 'Updated date' },
  { field: 'stage', label: 'Stage' },
  { field: 'state', label: 'State' },
  { field: 'task_id', label: 'Task ID' },
  { field: 'project_id', label: 'Project ID' },
  { field: 'task_name', label: 'Task name' },
  { field: 'project_name', label: 'Project name' },
];

const RULES: ListRules = {
  sortFields: SORT_FIELDS.map(({ field }) => field),
  defaultSort: '-id',
  pageSizes: [12, 24, 48, 96],
};

const quickFilters = (userName: string): readonly QuickFilter[] => [
  { key: 'assigned', label: 'Assigned to me', rule: { '==': [{ var: 'assignee' }, userName] } },
  {
    key: 'open',
    label: 'Not completed',
    rule: {
      '!': { or: [{ '==': [{ var: 'state' }, 'completed'] }, { '==': [{ var: 'stage' }, 'acceptance'] }] },
    },
  },
];

export function JobsPage() {
  useTitle('Jobs');
  const list = useListState(RULES);
  const self = useSelf();
  const pages = useQuery({
    queryKey: keys.jobList(list.query),
    queryFn: () => fetchJobs(list.query),
    placeholderData: keepPreviousData,
  });
  return (
    <Container size="lg" py="lg">
      <Stack>
        <Title order={1} size="h2">
          Jobs
        </Title>
        <ListToolbar
          list={list}
          searchLabel="Search jobs"
          sortFields={SORT_FIELDS}
          quickFilters={quickFilters(self?.username ?? '')}
        />
        <ListView
          list={list}
          rules={RULES}
          pages={pages}
          skeletonHeight={180}
          empty={<EmptyState title="No jobs yet" text="Every task is split into jobs; they appear here." />}
        >
          {(jobs) => (
            <SimpleGrid cols={{ base: 1, xs: 2, sm: 3, md: 4 }}>
              {jobs.map((job) => (
                <JobTile key={job.id} job={job} />
              ))}
            </SimpleGrid>
          )}
        </ListView>
      </Stack>
    </Container>
  );
}

function JobTile({ job }: { job: Job }) {
  return (
    <article className="app-card app-tile">
      <Preview src={jobPreviewUrl(job)} />
      <Stack gap={4} p="sm">
        <Group justify="space-between" wrap="nowrap">
          <Link
            to={`/tasks/${job.task_id}/jobs/${job.id}`}
            className="app-row-link"
            style={{ color: 'inherit', textDecoration: 'none', fontWeight: 600 }}
          >
            Job #{job.id}
          </Link>
          <Badge variant="default" size="sm">
            {job.dimension}
          </Badge>
        </Group>
        <Text size="sm" truncate title={job.task_name ?? ''}>
          {job.task_name}
        </Text>
        <Text size="sm" c="dimmed">
          {job.stage} · {job.state}
        </Text>
        <Text size="sm" c="dimmed" truncate>
          {plural(job.frame_count ?? 0, 'frame')} · {job.assignee?.username ?? 'nobody'}
        </Text>
      </Stack>
    </article>
  );
}
