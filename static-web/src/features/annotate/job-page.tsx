import { Container } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { fetchJob, fetchJobAnnotations, fetchJobMeta } from '@/api/jobs';
import { keys } from '@/api/keys';
import { fetchLabels } from '@/api/tasks';
import { LoadingState, ResourceError } from '@/ui/states';
import { useIdParam } from '@/ui/use-id-param';
import { useTitle } from '@/ui/use-title';
import { JobView } from './job-view';

/** Everything of a job is asked for at once; the view opens when all of it is there. */
export function JobPage() {
  const taskId = useIdParam('taskId');
  const id = useIdParam('jobId');
  useTitle(`Job #${id}`);
  const job = useQuery({ queryKey: keys.job(id), queryFn: () => fetchJob(id) });
  const meta = useQuery({ queryKey: keys.jobMeta(id), queryFn: () => fetchJobMeta(id), staleTime: 60_000 });
  const labels = useQuery({ queryKey: keys.jobLabels(id), queryFn: () => fetchLabels({ job_id: id }) });
  const annotations = useQuery({
    queryKey: keys.jobAnnotations(id),
    queryFn: () => fetchJobAnnotations(id),
    refetchOnWindowFocus: true,
  });
  if (job.data && meta.data && labels.data && annotations.data)
    return <JobView job={job.data} meta={meta.data} labels={labels.data} annotations={annotations.data} />;
  const failed = [job, meta, labels, annotations].find((query) => query.isError);
  if (failed === undefined) return <LoadingState label="Opening the job" />;
  return (
    <Container size="sm" py="xl">
      <ResourceError
        error={failed.error}
        what={`Job #${id}`}
        back={`/tasks/${taskId}`}
        onRetry={() => {
          for (const query of [job, meta, labels, annotations]) if (query.isError) void query.refetch();
        }}
      />
    </Container>
  );
}
