import { Badge, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconClock, IconDownload, IconLoader2 } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { keys } from '@/api/keys';
import { cancelRequest, failureText } from '@/api/requests';
import type { BackgroundRequest } from '@/api/types';
import { formatMoment, formatRelative } from '@/lib/format';
import { AppLink } from '@/ui/app-link';
import { downloadResult } from '@/ui/follow-request';
import { notifyError } from '@/ui/notify';
import { operationName, requestTarget } from './request-words';

const STATUS = {
  queued: { label: 'Queued', color: 'gray', Icon: IconClock },
  started: { label: 'In progress', color: 'indigo', Icon: IconLoader2 },
  finished: { label: 'Finished', color: 'teal', Icon: IconCheck },
  failed: { label: 'Failed', color: 'red', Icon: IconAlertTriangle },
} as const;

export function RequestCard({ request }: { request: BackgroundRequest }) {
  const status = request.status as keyof typeof STATUS;
  const { text, to } = requestTarget(request);
  const percent = Math.round((request.progress ?? 0) * 100);
  const { label, color, Icon } = STATUS[status];
  return (
    <article className="app-card" data-testid="cvat-requests-card">
      <Group p="md" justify="space-between" align="flex-start" wrap="nowrap">
        <Stack gap={4} style={{ flex: 1, minWidth: 0 }}>
          <Group gap="xs">
            <Text fw={600}>{operationName(request)}</Text>
            {to === null ? <Text>{text}</Text> : <AppLink to={to}>{text}</AppLink>}
            {request.operation.format && (
              <Text size="sm" c="dimmed">
                {request.operation.format}
              </Text>
            )}
          </Group>
          <Text size="sm" c="dimmed">
            <Times request={request} />
          </Text>
          {status === 'started' && (
            <Group gap="sm" wrap="nowrap">
              <Progress value={percent} animated style={{ flex: 1 }} aria-label="Progress" />
              <Text size="sm">{percent} %</Text>
            </Group>
          )}
          {status === 'started' && request.message && (
            <Text size="sm" c="dimmed">
              {request.message}
            </Text>
          )}
          {status === 'failed' && (
            <Text
              size="sm"
              c="var(--mantine-color-error)"
              style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
            >
              {failureText(request)}
            </Text>
          )}
        </Stack>
        <Stack gap="xs" align="flex-end">
          <Badge
            variant="default"
            size="lg"
            leftSection={<Icon size={14} aria-hidden color={`var(--mantine-color-${color}-6)`} />}
            tt="none"
          >
            {label}
          </Badge>
          <RequestActions request={request} />
        </Stack>
      </Group>
    </article>
  );
}

function Times({ request }: { request: BackgroundRequest }) {
  const now = Date.now();
  const parts = [
    request.created_date && `enqueued ${formatRelative(request.created_date, now)}`,
    request.finished_date &&
      `${request.status === 'failed' ? 'ended' : 'finished'} ${formatRelative(request.finished_date, now)}`,
    request.expiry_date && request.result_url && `expires on ${formatMoment(request.expiry_date)}`,
  ].filter(Boolean);
  return <>{parts.join(' · ')}</>;
}

function RequestActions({ request }: { request: BackgroundRequest }) {
  const queries = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => cancelRequest(request.id),
    onError: (error) => notifyError('The request could not be cancelled', error),
    onSettled: () => void queries.invalidateQueries({ queryKey: keys.requests }),
  });
  if (request.status === 'queued')
    return (
      <Button size="xs" variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
        Cancel
      </Button>
    );
  const url = request.result_url;
  if (request.status !== 'finished' || !url) return null;
  return (
    <Button
      size="xs"
      variant="light"
      leftSection={<IconDownload size={15} aria-hidden />}
      onClick={() => downloadResult(url)}
    >
      Download
    </Button>
  );
}
