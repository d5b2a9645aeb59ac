import { Badge, Group, Select, Table, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { fetchTaskJobs, type JobChange, updateJob } from '@/api/jobs';
import { keys } from '@/api/keys';
import { type Job, type JobStage, type JobState, STAGES, STATES } from '@/api/types';
import { formatRelative } from '@/lib/format';
import { AppLink } from '@/ui/app-link';
import { notifyError } from '@/ui/notify';
import { ErrorState, LoadingState } from '@/ui/states';
import { UserSelect } from '@/ui/user-select';

export function JobsTable({ taskId }: { taskId: number }) {
  const jobs = useQuery({ queryKey: keys.taskJobs(taskId), queryFn: () => fetchTaskJobs(taskId) });
  if (jobs.isPending) return <LoadingState />;
  if (jobs.isError) return <ErrorState error={jobs.error} onRetry={() => void jobs.refetch()} />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls sideways must be reachable by keyboard.
    <section className="app-card" style={{ overflowX: 'auto' }} aria-label="Jobs of the task" tabIndex={0}>
      <Table verticalSpacing="xs" horizontalSpacing="md" miw={760}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Job</Table.Th>
            <Table.Th scope="col">Frames</Table.Th>
            <Table.Th scope="col">Assignee</Table.Th>
            <Table.Th scope="col">Stage</Table.Th>
            <Table.Th scope="col">State</Table.Th>
            <Table.Th scope="col">Updated</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {jobs.data.map((job) => (
            <JobRow key={job.id} job={job} taskId={taskId} />
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

function JobRow({ job, taskId }: { job: Job; taskId: number }) {
  const queries = useQueryClient();
  const update = useMutation({
    mutationFn: (change: JobChange) => updateJob(job.id ?? 0, change),
    onSuccess: (changed) => {
      queries.setQueryData<readonly Job[]>(keys.taskJobs(taskId), (old) =>
        old?.map((other) => (other.id === changed.id ? changed : other)),
      );
      queries.setQueryData(keys.job(changed.id ?? 0), changed);
      void queries.invalidateQueries({ queryKey: keys.task(taskId), exact: true });
      void queries.invalidateQueries({ queryKey: keys.jobs });
    },
    onError: (error) => notifyError(`Job #${job.id} could not be changed`, error),
  });
  const name = `job #${job.id}`;
  return (
    <Table.Tr data-testid="cvat-job-item">
      <Table.Td>
        <Group gap={6} wrap="nowrap">
          <AppLink to={`/tasks/${taskId}/jobs/${job.id}`} fw={600}>
            Job #{job.id}
          </AppLink>
          {job.type === 'ground_truth' && <Badge variant="light">Ground truth</Badge>}
        </Group>
      </Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        {job.start_frame}–{job.stop_frame}{' '}
        <Text span c="dimmed" size="sm">
          ({job.frame_count})
        </Text>
      </Table.Td>
      <Table.Td miw={150}>
        <UserSelect
          label={`Assignee of ${name}`}
          hideLabel
          size="xs"
          value={job.assignee ?? null}
          disabled={update.isPending}
          onChange={(user) => update.mutate({ assignee: user?.id ?? null })}
        />
      </Table.Td>
      <Table.Td>
        <Select
          aria-label={`Stage of ${name}`}
          size="xs"
          w={125}
          data={[...STAGES]}
          value={job.stage ?? null}
          allowDeselect={false}
          disabled={update.isPending}
          onChange={(stage) => stage !== null && update.mutate({ stage: stage as JobStage })}
          data-testid="cvat-job-item-stage"
        />
      </Table.Td>
      <Table.Td>
        <Select
          aria-label={`State of ${name}`}
          size="xs"
          w={125}
          data={[...STATES]}
          value={job.state ?? null}
          allowDeselect={false}
          disabled={update.isPending}
          onChange={(state) => state !== null && update.mutate({ state: state as JobState })}
          data-testid="cvat-job-item-state"
        />
      </Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        <Text size="sm" c="dimmed">
          {formatRelative(job.updated_date ?? '', Date.now())}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}
