import { Progress, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { failureText } from '@/api/requests';
import type { BackgroundRequest } from '@/api/types';

/** How far the frames of a task are that has none yet. */
export function CreationStatus({ creation }: { creation: BackgroundRequest | undefined }) {
  if (creation?.status === 'failed')
    return (
      <Text
        size="sm"
        c="var(--mantine-color-error)"
        lineClamp={3}
        style={{ whiteSpace: 'pre-wrap' }}
        title={failureText(creation)}
      >
        <IconAlertTriangle size={15} aria-hidden style={{ verticalAlign: '-2px' }} /> Failed:{' '}
        {failureText(creation)}
      </Text>
    );
  if (creation === undefined)
    return (
      <Text size="sm" c="dimmed">
        No data yet
      </Text>
    );
  const percent = Math.round((creation.progress ?? 0) * 100);
  const text = creation.status === 'queued' ? 'Queued' : creation.message || 'Preparing data';
  return (
    <Stack gap={4}>
      <Text size="sm" c="dimmed">
        {text} · {percent} %
      </Text>
      <Progress value={percent} animated aria-label="Preparing data" />
    </Stack>
  );
}
