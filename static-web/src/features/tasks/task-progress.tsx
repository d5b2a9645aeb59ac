import { Progress, Stack, Text } from '@mantine/core';
import type { Task } from '@/api/types';
import { plural } from '@/lib/format';

/** The bar has two parts: jobs that are done, and jobs in review; the stage of the jobs drives it. */
export function TaskProgress({ task }: { task: Task }) {
  const {
    count = 0,
    completed = 0,
    validation = 0,
  } = task.jobs as { count?: number; completed?: number; validation?: number };
  const annotating = Math.max(0, count - completed - validation);
  const share = (part: number) => (count === 0 ? 0 : (part / count) * 100);
  const parts = [
    completed > 0 && `${completed} done`,
    validation > 0 && `${validation} on review`,
    annotating > 0 && `${annotating} annotating`,
  ].filter(Boolean);
  return (
    <Stack gap={4}>
      <Text size="sm" c="dimmed" style={{ textWrap: 'balance' }}>
        {parts.length > 0 ? `${parts.join(' · ')} · ` : ''}
        {parts.length > 1 ? `${count} total` : plural(count, 'job')}
      </Text>
      <Progress.Root size="sm">
        <Progress.Section value={share(completed)} color="teal.7" aria-label="Done" />
        <Progress.Section value={share(validation)} color="yellow.6" aria-label="On review" />
      </Progress.Root>
    </Stack>
  );
}
